#include "broker/dashboard/web_request.h"

#include <algorithm>

namespace safeconduct::dashboard {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

Result<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? digit_of(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? digit_of(text[i + 2]) : -1;
      if (high < 0 || low < 0) return invalid("a percent sign without two hexadecimal digits");
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (is_control(c)) return invalid("a control character");
    out += c;
  }
  return out;
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
}

Result<Pairs> parse_query(std::string_view text) {
  Pairs pairs;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    TRY(name, decoded(pair.substr(0, equals), true));
    TRY(value, decoded(pair.substr(std::min(equals + 1, pair.size())), true));
    if (pairs.size() >= kQueryPairsMax) return invalid("too many parameters");
    for (const auto& [known, unused] : pairs) {
      if (known == name) return invalid("a parameter stands twice");
    }
    pairs.emplace_back(std::move(name), std::move(value));
  }
  return pairs;
}

}  // namespace

std::string_view value_of(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

std::string_view Target::value(std::string_view name) const {
  return value_of(query, name);
}

Result<Target> parse_target(std::string_view target) {
  if (target.size() > kTargetBytesMax) return invalid("the address is too long");
  if (!target.starts_with('/')) return invalid("the address does not begin with `/`");
  const std::size_t question = std::min(target.find('?'), target.size());
  TRY(path, decoded(target.substr(0, question), false));
  const bool odd = path.find('\\') != std::string::npos || path.find("//") != std::string::npos;
  if (odd || has_dot_segment(path)) return invalid("the address leaves its folder");
  TRY(query, parse_query(target.substr(std::min(question + 1, target.size()))));
  return Target{std::move(path), std::move(query)};
}

Result<Pairs> parse_cookies(std::string_view header) {
  Pairs cookies;
  while (!header.empty()) {
    const std::size_t end = std::min(header.find(';'), header.size());
    std::string_view pair = header.substr(0, end);
    header.remove_prefix(std::min(end + 1, header.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    while (pair.ends_with(' ')) pair.remove_suffix(1);
    const std::size_t equals = pair.find('=');
    if (pair.empty() || equals == std::string_view::npos || equals == 0) continue;
    const std::string name(pair.substr(0, equals));
    if (std::any_of(pair.begin(), pair.end(), is_control)) return invalid("a control character");
    if (cookies.size() >= kCookiesMax) return invalid("too many cookies");
    for (const auto& [known, unused] : cookies) {
      if (known == name) return invalid("a cookie stands twice");
    }
    cookies.emplace_back(name, pair.substr(equals + 1));
  }
  return cookies;
}

std::string percent_encoded(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace safeconduct::dashboard
