#include "schemas/ledger/utf8.h"

namespace safeconduct::ledger {
namespace {

struct Form {
  std::size_t bytes;
  char32_t smallest;  // what is below has a shorter form
  std::uint8_t lead;  // the first byte's payload bits
};

std::optional<Form> form_of(std::uint8_t first) {
  if (first < 0x80) return Form{1, 0, 0x7f};
  if (first >> 5 == 0x06) return Form{2, 0x80, 0x1f};
  if (first >> 4 == 0x0e) return Form{3, 0x800, 0x0f};
  if (first >> 3 == 0x1e) return Form{4, 0x10000, 0x07};
  return std::nullopt;
}

}  // namespace

std::optional<char32_t> next_code_point(std::string_view& rest) {
  const auto first = static_cast<std::uint8_t>(rest.front());
  const auto form = form_of(first);
  if (!form || form->bytes > rest.size()) return std::nullopt;
  char32_t code_point = first & form->lead;
  for (std::size_t i = 1; i < form->bytes; ++i) {
    const auto byte = static_cast<std::uint8_t>(rest[i]);
    if (byte >> 6 != 0x02) return std::nullopt;
    code_point = code_point << 6 | (byte & 0x3fU);
  }
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (code_point < form->smallest || surrogate || code_point > 0x10ffff) return std::nullopt;
  rest.remove_prefix(form->bytes);
  return code_point;
}

bool is_white_space(char32_t code_point) {
  return (code_point >= 0x09 && code_point <= 0x0d) || code_point == 0x20 || code_point == 0x85 ||
         code_point == 0xa0 || code_point == 0x1680 ||
         (code_point >= 0x2000 && code_point <= 0x200a) || code_point == 0x2028 ||
         code_point == 0x2029 || code_point == 0x202f || code_point == 0x205f ||
         code_point == 0x3000;
}

}  // namespace safeconduct::ledger
