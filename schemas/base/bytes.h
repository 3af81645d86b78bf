// Byte strings, fixed-size digests, and their text forms (hex, base64).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/result.h"

namespace safeconduct {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;

// A SHA-256 value.
using Digest = ByteArray<32>;

[[nodiscard]] inline ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes to_bytes(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}
[[nodiscard]] inline Bytes to_bytes(std::string_view text) {
  return to_bytes(view_of(text));
}

[[nodiscard]] inline bool equal(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

// Exactly N bytes, or kInvalid naming `what`.
template <std::size_t N>
[[nodiscard]] Result<ByteArray<N>> fixed(ByteView bytes, std::string_view what) {
  if (bytes.size() != N) {
    return invalid(std::string(what) + " has " + std::to_string(bytes.size()) +
                   " bytes, expected " + std::to_string(N));
  }
  ByteArray<N> out;
  std::memcpy(out.data(), bytes.data(), N);
  return out;
}

[[nodiscard]] std::string to_hex(ByteView bytes);
// Lower or upper case, even length. Errors: kInvalid (never quotes the input).
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

// RFC 4648 §4, padded, no line breaks; decoding is strict (canonical padding bits, no white space).
[[nodiscard]] std::string to_base64(ByteView bytes);
[[nodiscard]] Result<Bytes> from_base64(std::string_view text);

}  // namespace safeconduct
