// Published vectors of other transparency logs; a lone clone runs without them and says so.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "schemas/base/bytes.h"

namespace safeconduct::ledger {

// The folder, or nothing and a warning when it is not there.
inline std::optional<std::filesystem::path> vector_folder(const std::string& name) {
  const auto folder = std::filesystem::path(SAFECONDUCT_SHARED) / "vectors/tlog" / name;
  if (std::filesystem::exists(folder)) return folder;
  WARN("no shared vectors here: " << name << " was not run");
  return std::nullopt;
}

inline std::string file_text(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

inline Digest hex_digest(std::string_view text) {
  return fixed<32>(from_hex(text).value(), "vector").value();
}

}  // namespace safeconduct::ledger
