#include "agents/person/html.h"

#include "schemas/base/check.h"

namespace safeconduct::person {

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

void Html::open(std::string_view tag, std::string_view attributes) {
  out_ += "<" + std::string(tag) + (attributes.empty() ? "" : " ") + std::string(attributes) + ">";
  open_.emplace_back(tag);
}

void Html::close() {
  SC_CHECK(!open_.empty());
  out_ += "</" + open_.back() + ">\n";
  open_.pop_back();
}

void Html::text(std::string_view text) {
  out_ += escaped(text);
}

void Html::element(std::string_view tag, std::string_view text_, std::string_view attributes) {
  if (text_.empty()) return;
  open(tag, attributes);
  text(text_);
  close();
}

}  // namespace safeconduct::person
