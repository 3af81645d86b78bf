#include "schemas/base/ids.h"

namespace safeconduct {

Result<AgencyId> AgencyId::parse(std::string_view text) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto rest = [&](char c) {
    return lower(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  bool ok = text.size() >= 2 && text.size() <= 32 && lower(text.front());
  for (char c : text) ok = ok && rest(c);
  if (!ok)
    return invalid(
        "not an agency id; use 2 to 32 of a-z, 0-9, `_` and `-`, starting with a letter");
  return AgencyId(std::string(text));
}

}  // namespace safeconduct
