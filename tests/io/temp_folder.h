// A folder of its own for each test, private and removed at the end, and what tests ask of files.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "schemas/base/result.h"

namespace safeconduct::io {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "safeconduct-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

inline std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void put_content(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
}

inline unsigned mode_of(const std::string& path) {
  struct stat state {};
  REQUIRE(::lstat(path.c_str(), &state) == 0);
  return state.st_mode & 07777;
}

template <class T>
void require_ok(const Result<T>& result) {
  INFO((result ? std::string() : result.error().message));
  REQUIRE(result.has_value());
}

inline bool says(const Error& error, const std::string& words) {
  INFO(error.message);
  return error.message.find(words) != std::string::npos;
}

}  // namespace safeconduct::io
