// Published test vectors from the shared folder; a lone clone runs without them and says so.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "schemas/base/bytes.h"
#include "schemas/base/secret.h"

namespace safeconduct::seal {

// The file's text, or an empty string and a warning when the folder is not there.
inline std::string vector_text(const std::string& file) {
  const std::filesystem::path folder = std::filesystem::path(SAFECONDUCT_SHARED) / "vectors/crypto";
  if (!std::filesystem::exists(folder)) {
    WARN("no shared vectors here: " << file << " was not run");
    return {};
  }
  std::ifstream in(folder / file, std::ios::binary);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

inline Bytes hex(std::string_view text) {
  return from_hex(text).value();
}

template <std::size_t N>
ByteArray<N> hex_array(std::string_view text) {
  return fixed<N>(hex(text), "vector").value();
}

inline SecretKey<32> hex_secret(std::string_view text) {
  return SecretKey<32>(hex_array<32>(text));
}

}  // namespace safeconduct::seal
