// Runs the real program `safeconduct` as a person would, in a temporary folder.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace safeconduct::tests {

// A folder that goes away with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string read(const std::string& name) const;
  void write(const std::string& name, const std::string& text) const;
  [[nodiscard]] unsigned mode(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

struct Ran {
  int exit = -1;  // 128 + signal when it was killed
  std::string out;
  std::string err;

  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(out); }
};

// Arguments are split at spaces, except inside '...'. Standard input is `input`; the program sees
// no terminal and no SAFECONDUCT_AGENT but the one in `environment` (NAME=value).
[[nodiscard]] Ran run_program(const TemporaryFolder& in, const std::string& arguments,
                              const std::string& input = "",
                              const std::vector<std::string>& environment = {});

// What a complaint must be: one line that begins with the program's name.
[[nodiscard]] bool is_one_line(const std::string& err);

}  // namespace safeconduct::tests
