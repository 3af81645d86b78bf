// Unique values in every category of a referral, and the search for them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace safeconduct::e2e {

class Canaries {
 public:
  Canaries();
  // A referral to the shelter with a unique value in every category that takes free text.
  [[nodiscard]] nlohmann::json referral(const std::string& consent) const;
  [[nodiscard]] const std::vector<std::string>& values() const { return values_; }
  // Raw, hex in both cases, base64 at each of its three alignments.
  [[nodiscard]] std::vector<std::string> forms(const std::string& value) const;
  // `file: canary N as FORM` for each place below the folder.
  [[nodiscard]] std::vector<std::string> found_in(const std::string& folder) const;
  void write_control(const std::string& path, const std::string& form) const;

 private:
  [[nodiscard]] std::string next(const std::string& word);
  [[nodiscard]] std::string next_name();
  nlohmann::json content_;
  std::vector<std::string> values_;
};

}  // namespace safeconduct::e2e
