#include "schemas/ledger/text_fields.h"

#include <charconv>

namespace safeconduct::ledger {

std::optional<std::string_view> next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

std::optional<Digest> parse_hash(std::string_view text) {
  const auto raw = from_base64(text);
  if (!raw) return std::nullopt;
  const auto hash = fixed<32>(*raw, "a hash");
  if (!hash) return std::nullopt;
  return *hash;
}

}  // namespace safeconduct::ledger
