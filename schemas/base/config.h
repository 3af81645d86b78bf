// Reads a program's TOML configuration. Every key must be asked for: finish() refuses a key nobody
// knows, with its line and column and the nearest known word.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/instant.h"
#include "schemas/base/result.h"

namespace safeconduct {

class Config {
 public:
  // `source` names the text in messages (the file's path). Errors: kInvalid with line and column.
  [[nodiscard]] static Result<Config> parse(std::string_view text, std::string source);
  // Errors also: kIo.
  [[nodiscard]] static Result<Config> load(const std::string& path);
  ~Config();
  Config(Config&&) noexcept;
  Config& operator=(Config&&) noexcept;

  // Keys are dotted (`broker.endpoint`). A missing or mistyped value is remembered and reported by
  // finish(); the value returned then is empty.
  [[nodiscard]] std::string required_text(std::string_view key);
  [[nodiscard]] std::string text(std::string_view key, std::string_view fallback);
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t min,
                                     std::int64_t max);
  [[nodiscard]] bool boolean(std::string_view key, bool fallback);
  [[nodiscard]] std::vector<std::string> texts(std::string_view key);

  // First complaint of any of the above, else the first unknown key; Ok when the file says only
  // what was asked for.
  [[nodiscard]] Status finish() const;

 private:
  struct State;
  explicit Config(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace safeconduct
