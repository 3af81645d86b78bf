#include "schemas/wire/frame.h"

#include "schemas/wire/envelope.h"

namespace safeconduct::wire {
namespace {

constexpr std::size_t kWordBytes = sizeof(capnp::word);
constexpr std::uint32_t kSegmentsMax = 512;  // what Cap'n Proto's own reader takes

std::uint32_t little_endian(ByteView bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out |= std::uint32_t{bytes[at + i]} << 8 * i;
  return out;
}

// Stream framing (https://capnproto.org/encoding.html): u32 segments - 1, u32 words of each, padded
// to a whole word, then the segments. 0: it leads out of `rest`.
std::size_t bytes_of_first(ByteView rest) {
  if (rest.size() < kWordBytes) return 0;
  const std::uint32_t segments = little_endian(rest, 0);
  if (segments >= kSegmentsMax) return 0;
  const std::size_t table = kWordBytes * ((segments + 3) / 2);
  if (rest.size() < table) return 0;
  std::size_t size = table;
  for (std::size_t i = 0; i <= segments; ++i) {
    size += kWordBytes * std::size_t{little_endian(rest, 4 + 4 * i)};
  }
  return size <= rest.size() ? size : 0;
}

}  // namespace

MessageInFrame::MessageInFrame(Bytes& frame, std::size_t words)
    : frame_(frame), start_(frame.size()) {
  const std::size_t needed = start_ + kWordBytes * (1 + words);
  if (frame_.capacity() < needed) frame_.reserve(std::max(needed, 2 * frame_.capacity()));
  frame_.resize(needed);
  room_ = kj::arrayPtr(reinterpret_cast<capnp::word*>(frame_.data() + start_) + 1, words);
}

kj::ArrayPtr<capnp::word> MessageInFrame::allocateSegment(unsigned minimum) {
  if (!begun_ && room_.size() >= minimum) {
    begun_ = true;
    return room_;
  }
  begun_ = true;
  auto& more = more_.emplace_back(
      kj::heapArray<capnp::word>(std::max<std::size_t>(minimum, kSmallMessageWords)));
  std::memset(more.asBytes().begin(), 0, more.asBytes().size());
  return more;
}

void MessageInFrame::finish() {
  const auto segments = getSegmentsForOutput();
  if (segments.size() == 1 && segments[0].begin() == room_.begin()) {
    const auto words = static_cast<std::uint32_t>(segments[0].size());
    for (std::size_t i = 0; i < 4; ++i) {
      frame_[start_ + 4 + i] = static_cast<std::uint8_t>(words >> 8 * i);
    }
    frame_.resize(start_ + kWordBytes * (1 + words));
    return;
  }
  const auto words = capnp::messageToFlatArray(segments);
  const auto bytes = words.asBytes();
  frame_.resize(start_);
  frame_.insert(frame_.end(), bytes.begin(), bytes.end());
}

void FrameWriter::add(const ToBroker& message) {
  last_at_ = frame_.size();
  ++count_;
  append(frame_, message);
}

void FrameWriter::add(const ToAgent& message) {
  last_at_ = frame_.size();
  ++count_;
  append(frame_, message);
}

void FrameWriter::add_delivery(ByteView sealed, const EntryView& entry) {
  last_at_ = frame_.size();
  ++count_;
  append_delivery(frame_, sealed, entry);
}

void FrameWriter::add_encoded(ByteView message) {
  last_at_ = frame_.size();
  ++count_;
  frame_.insert(frame_.end(), message.begin(), message.end());
}

Bytes FrameWriter::ready() {
  if (frame_.size() > kFullFrameBytes && count_ > 1) {
    Bytes last(frame_.begin() + static_cast<std::ptrdiff_t>(last_at_), frame_.end());
    frame_.resize(last_at_);
    last_at_ = 0;
    count_ = 1;
    return std::exchange(frame_, std::move(last));
  }
  const bool full = frame_.size() >= kFullFrameBytes || count_ == kMessagesPerFrameMax;
  return full ? take() : Bytes();
}

Bytes FrameWriter::take() {
  last_at_ = count_ = 0;
  return std::exchange(frame_, {});
}

Result<std::vector<ByteView>> messages_in(ByteView frame) {
  std::vector<ByteView> out;
  for (ByteView rest = frame; !rest.empty() || out.empty();) {
    const std::size_t size = bytes_of_first(rest);
    if (size == 0) {
      return invalid(
          "frame is not made of whole messages; check that both sides speak the same "
          "version");
    }
    if (out.size() == kMessagesPerFrameMax) {
      return invalid("frame holds more than " + std::to_string(kMessagesPerFrameMax) +
                     " messages; send fewer at once");
    }
    out.push_back(rest.first(size));
    rest = rest.subspan(size);
  }
  return out;
}

}  // namespace safeconduct::wire
