// Writes HTML whose every text is escaped: there is no way to put one in as it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace safeconduct::person {

class Html {
 public:
  // `tag`, and `attributes` as they stand in it: this program's own words.
  void open(std::string_view tag, std::string_view attributes = {});
  void close();
  void text(std::string_view text);
  // An element with text in it; nothing when the text is empty.
  void element(std::string_view tag, std::string_view text, std::string_view attributes = {});

  // Another piece that was written in the same way.
  void append(Html piece) { out_ += piece.take(); }

  [[nodiscard]] std::string_view markup() const { return out_; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::vector<std::string> open_;
};

[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace safeconduct::person
