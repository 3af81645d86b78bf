// Shared by the codecs of frames: bounded readers, aligned words, fixed-size fields.
#pragma once

#include <capnp/message.h>
#include <capnp/serialize.h>

#include "schemas/base/limits.h"
#include "schemas/wire/messages.h"
#include "schemas/wire/safeconduct.capnp.h"

namespace safeconduct::wire {

[[nodiscard]] inline capnp::Data::Reader to_data(ByteView bytes) {
  return {bytes.data(), bytes.size()};
}
[[nodiscard]] inline Bytes to_bytes(capnp::Data::Reader data) {
  return {data.begin(), data.end()};
}

// Copies exactly N bytes out of a field; remembers when any field had another size.
class FixedFields {
 public:
  template <std::size_t N>
  void copy(capnp::Data::Reader from, ByteArray<N>& to) {
    if (from.size() != N) {
      ok_ = false;
      return;
    }
    std::memcpy(to.data(), from.begin(), N);
  }
  // Like copy, and an absent field leaves zeros.
  template <std::size_t N>
  void copy_optional(capnp::Data::Reader from, ByteArray<N>& to) {
    if (from.size() != 0) copy(from, to);
  }
  void require(bool condition) { ok_ = ok_ && condition; }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  bool ok_ = true;
};

// Runs `read` on the root of a frame under the bounds of limits.h. Cap'n Proto throws on what it
// cannot follow; that stops here.
template <class Root, class Read>
[[nodiscard]] auto read_frame(ByteView frame, Read&& read)
    -> decltype(read(typename Root::Reader())) {
  if (frame.size() > limits::kFrameBytesMax || frame.size() % sizeof(capnp::word) != 0) {
    return invalid("frame is too long or not a whole number of words");
  }
  try {
    kj::Array<capnp::word> copy;
    auto words = kj::arrayPtr(reinterpret_cast<const capnp::word*>(frame.data()),
                              frame.size() / sizeof(capnp::word));
    if (reinterpret_cast<std::uintptr_t>(frame.data()) % sizeof(capnp::word) != 0) {
      copy = kj::heapArray<capnp::word>(words.size());
      std::memcpy(copy.asBytes().begin(), frame.data(), frame.size());
      words = copy;
    }
    capnp::ReaderOptions bounds;
    bounds.traversalLimitInWords = limits::kTraversalWordsMax;
    bounds.nestingLimit = limits::kNestingMax;
    capnp::FlatArrayMessageReader reader(words, bounds);
    return read(reader.getRoot<Root>());
  } catch (const kj::Exception&) {
    return invalid(
        "frame is not a well-formed message; check that both sides speak the same version");
  }
}

[[nodiscard]] inline Error other_protocol(std::uint16_t protocol) {
  return {ErrorCode::kUnsupported, "the peer speaks protocol `" + std::to_string(protocol) +
                                       "`, this program speaks 1; upgrade one of the two"};
}

// Words of a segment that holds a small message, and what else a receipt or an answer has.
inline constexpr std::size_t kSmallMessageWords = 160;
[[nodiscard]] inline std::size_t words_for(std::size_t bytes) {
  return bytes / sizeof(capnp::word) + 2;
}

// A message built where it will be sent from: in its frame, behind what is there already.
class MessageInFrame final : public capnp::MessageBuilder {
 public:
  // Appends to `frame`, which is a whole number of words, and leaves it untouched until finish().
  // `words`: what the message needs at most; when that is too little, it is built beside the frame
  // and copied.
  MessageInFrame(Bytes& frame, std::size_t words);
  kj::ArrayPtr<capnp::word> allocateSegment(unsigned minimum) override;
  // The message is whole; nothing may be built any more.
  void finish();

 private:
  Bytes& frame_;
  const std::size_t start_;
  kj::ArrayPtr<capnp::word> room_;
  std::vector<kj::Array<capnp::word>> more_;
  bool begun_ = false;
};

// Behind what is in the frame already.
void append(Bytes& frame, const ToBroker& message);
void append(Bytes& frame, const ToAgent& message);
void append_delivery(Bytes& frame, ByteView sealed, const EntryView& entry);

}  // namespace safeconduct::wire
