// Writer and reader for the project's own byte grammars (schemas/FORMATS.md): integers big-endian,
// variable parts length-prefixed. The reader never reads past its end and remembers the first
// failure, so a decoder reads all fields and asks once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schemas/base/bytes.h"

namespace safeconduct {

class ByteWriter {
 public:
  // Room for a key or a small record at once: growing byte by byte costs more than the writing.
  explicit ByteWriter(std::size_t room = kRoom) { out_.reserve(room); }

  ByteWriter& u8(std::uint8_t v) {
    out_.push_back(v);
    return *this;
  }
  ByteWriter& u16(std::uint16_t v) { return big_endian(v, 2); }
  ByteWriter& u32(std::uint32_t v) { return big_endian(v, 4); }
  ByteWriter& u64(std::uint64_t v) { return big_endian(v, 8); }
  ByteWriter& i64(std::int64_t v) { return u64(static_cast<std::uint64_t>(v)); }
  // As is, no length: for fixed-size fields and labels.
  ByteWriter& raw(ByteView bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  // ASCII label followed by one NUL byte.
  ByteWriter& label(std::string_view text) { return raw(view_of(text)).u8(0); }
  // u8 length, then bytes; at most 255.
  ByteWriter& str8(std::string_view text);
  // u32 length, then bytes.
  ByteWriter& blob(ByteView bytes);

  [[nodiscard]] const Bytes& bytes() const { return out_; }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  static constexpr std::size_t kRoom = 64;
  ByteWriter& big_endian(std::uint64_t v, std::size_t width) {
    ByteArray<8> bytes;
    for (std::size_t i = 0; i < width; ++i) {
      bytes[i] = static_cast<std::uint8_t>(v >> 8 * (width - 1 - i));
    }
    return raw(ByteView(bytes).first(width));
  }
  Bytes out_;
};

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(big_endian(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(big_endian(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(big_endian(4)); }
  std::uint64_t u64() { return big_endian(8); }
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  // A view into the source; empty after a failure.
  ByteView raw(std::size_t size);
  template <std::size_t N>
  ByteArray<N> array() {
    ByteArray<N> out{};
    const ByteView bytes = raw(N);
    if (bytes.size() == N) std::memcpy(out.data(), bytes.data(), N);
    return out;
  }
  // Fails unless the label and its NUL come next.
  void label(std::string_view text);
  std::string str8() { return std::string(text_of(raw(u8()))); }
  // Fails when the announced length is above `size_max`.
  ByteView blob(std::size_t size_max);

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::size_t remaining() const { return rest_.size(); }
  // Ok when everything was read, nothing failed and nothing is left over; else kInvalid naming
  // `what`.
  [[nodiscard]] Status finish(std::string_view what) const;

 private:
  std::uint64_t big_endian(std::size_t width);
  ByteView rest_;
  bool failed_ = false;
};

}  // namespace safeconduct
