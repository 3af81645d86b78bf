// Several messages in one ZeroMQ frame, one right after the other: less work for both ends than a
// frame for each.
#pragma once

#include "schemas/wire/messages.h"

namespace safeconduct::wire {

inline constexpr std::size_t kMessagesPerFrameMax = 64;  // bounds what one frame asks for
// A frame with several messages is sent when it has reached this.
inline constexpr std::size_t kFullFrameBytes = 64 * 1024;

// Collects messages for one peer: add one, send what ready() gives, and what take() gives at the
// end.
class FrameWriter {
 public:
  void add(const ToBroker& message);
  void add(const ToAgent& message);
  // A delivery whose sealed message lies elsewhere.
  void add_delivery(ByteView sealed, const EntryView& entry);
  // A message that was encoded before.
  void add_encoded(ByteView message);

  // A frame that is full and goes now; empty when there is none. Ask until it is.
  [[nodiscard]] Bytes ready();
  // What is left.
  [[nodiscard]] Bytes take();
  [[nodiscard]] bool empty() const { return frame_.empty(); }

 private:
  Bytes frame_;
  std::size_t last_at_ = 0;
  std::size_t count_ = 0;
};

// The messages of a frame, in their order; views of it. Errors: kInvalid: a length that leads out
// of the frame, too many messages, or none.
[[nodiscard]] Result<std::vector<ByteView>> messages_in(ByteView frame);

}  // namespace safeconduct::wire
