#include "schemas/base/codec.h"

namespace safeconduct {

ByteWriter& ByteWriter::str8(std::string_view text) {
  SC_CHECK(text.size() <= 255);
  return u8(static_cast<std::uint8_t>(text.size())).raw(view_of(text));
}

ByteWriter& ByteWriter::blob(ByteView bytes) {
  SC_CHECK(bytes.size() <= UINT32_MAX);
  return u32(static_cast<std::uint32_t>(bytes.size())).raw(bytes);
}

std::uint64_t ByteReader::big_endian(std::size_t width) {
  std::uint64_t v = 0;
  for (std::uint8_t b : raw(width)) v = v << 8 | b;
  return v;
}

ByteView ByteReader::raw(std::size_t size) {
  if (failed_ || size > rest_.size()) {
    failed_ = true;
    return {};
  }
  const ByteView out = rest_.first(size);
  rest_ = rest_.subspan(size);
  return out;
}

void ByteReader::label(std::string_view text) {
  const ByteView bytes = raw(text.size() + 1);
  if (!failed_ && (text_of(bytes.first(text.size())) != text || bytes.back() != 0)) failed_ = true;
}

ByteView ByteReader::blob(std::size_t size_max) {
  const std::size_t size = u32();
  if (size > size_max) failed_ = true;
  return raw(size);
}

Status ByteReader::finish(std::string_view what) const {
  if (failed_) return invalid(std::string(what) + " is truncated or malformed");
  if (!rest_.empty()) return invalid(std::string(what) + " has bytes after its end");
  return {};
}

}  // namespace safeconduct
