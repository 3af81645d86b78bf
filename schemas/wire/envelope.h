// Shared by the two codecs of this room: bounded readers, aligned words, fixed-size fields.
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

// Stream framing (https://capnproto.org/encoding.html): u32 segments - 1, u32 words of each, then
// the segments. A message that fits its first segment is copied once.
[[nodiscard]] inline Bytes flatten(capnp::MessageBuilder& message) {
  const auto segments = message.getSegmentsForOutput();
  if (segments.size() == 1) {
    const auto body = segments[0].asBytes();
    const auto words = static_cast<std::uint32_t>(segments[0].size());
    Bytes out;
    out.reserve(8 + body.size());
    out.resize(8);
    for (int i = 0; i < 4; ++i) out[4 + i] = static_cast<std::uint8_t>(words >> 8 * i);
    out.insert(out.end(), body.begin(), body.end());
    return out;
  }
  const auto words = capnp::messageToFlatArray(message);
  const auto bytes = words.asBytes();
  return {bytes.begin(), bytes.end()};
}

[[nodiscard]] inline Error other_protocol(std::uint16_t protocol) {
  return {ErrorCode::kUnsupported, "the peer speaks protocol `" + std::to_string(protocol) +
                                       "`, this program speaks 1; upgrade one of the two"};
}

// Words of a first segment that holds the frame; a little more than it needs.
inline constexpr unsigned kSmallFrameWords = 160;
[[nodiscard]] unsigned words_of(const Sealed& sealed);

void put(schema::Sealed::Builder out, const Sealed& sealed);
[[nodiscard]] Result<Sealed> get(schema::Sealed::Reader in);
void put(schema::BatchSignature::Builder out, const BatchSignature& signature);
void get(schema::BatchSignature::Reader in, BatchSignature& out, FixedFields& fields);

}  // namespace safeconduct::wire
