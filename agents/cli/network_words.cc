#include "agents/cli/network_words.h"

#include <algorithm>

#include "policies/vocabulary.h"
#include "schemas/base/limits.h"
#include "schemas/base/suggest.h"

namespace safeconduct::cli {

Result<wire::DatedProof> parse_dated_proof(std::string_view text, std::string_view what) {
  const std::size_t colon = text.find(':');
  const auto complaint = [&](const std::string& why) {
    return invalid("`" + std::string(text) + "` is no time of " + std::string(what) + ": " + why +
                   "; write FROM:UNTIL, such as `2026-01-01:2027-01-01`");
  };
  if (colon == std::string_view::npos) return complaint("it has no `:`");
  const auto from = parse_date(text.substr(0, colon));
  const auto until = parse_date(text.substr(colon + 1));
  if (!from) return complaint(from.error().message);
  if (!until) return complaint(until.error().message);
  if (*until < *from) return complaint("it ends before it begins");
  return wire::DatedProof{*from, *until};
}

Result<std::vector<std::string>> parse_roles(std::string_view text) {
  std::vector<std::string> roles;
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string word(text.substr(0, comma));
    if (!policies::role_named(word)) {
      return invalid("unknown role `" + word + "`" + did_you_mean(word, policies::role_names()));
    }
    if (std::find(roles.begin(), roles.end(), word) != roles.end()) {
      return invalid("role `" + word + "` is given twice");
    }
    roles.push_back(word);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  if (roles.size() > limits::kRolesPerAgencyMax) {
    return invalid("an agency has at most " + std::to_string(limits::kRolesPerAgencyMax) +
                   " roles");
  }
  return roles;
}

Result<ledger::NoteKey> parse_officer(std::string_view text) {
  auto whole = ledger::NoteKey::parse(text);
  const std::size_t equals = text.find('=');
  if (whole || equals == std::string_view::npos || text.find('+') < equals) return whole;
  TRY(key, ledger::NoteKey::parse(text.substr(equals + 1)));
  if (key.name() != text.substr(0, equals)) {
    return invalid("the officer's key is named `" + key.name() + "`, not `" +
                   std::string(text.substr(0, equals)) + "`");
  }
  return key;
}

}  // namespace safeconduct::cli
