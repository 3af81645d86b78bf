// Who may sign in, as what: the people file. A text that an operator can read; written by
// `safeconduct-dashboard person`.
//
//   safeconduct people 1
//   person <id> <role> [<agency>]
//     password <Argon2id record>
//     code <base32 secret of one-time codes>
//     openid <the claim's value at the identity provider>
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schemas/base/ids.h"

namespace safeconduct::dashboard {

enum class Role : std::uint8_t {
  kNetworkCoordinator = 1,  // all referrals; acknowledges
  kAgencyCoordinator = 2,   // referrals from and to the own agency
  kAuditor = 3,             // all referrals, acts on nothing
  kWallScreen = 4,          // tiles only
};
// `network_coordinator`, `agency_coordinator`, `auditor`, `wall_screen`.
[[nodiscard]] std::string_view name(Role role);
[[nodiscard]] std::optional<Role> role_named(std::string_view word);
[[nodiscard]] constexpr bool sees_rows(Role role) {
  return role != Role::kWallScreen;
}
[[nodiscard]] constexpr bool sees_all(Role role) {
  return role == Role::kNetworkCoordinator || role == Role::kAuditor;
}

struct Person {
  AgencyId id;  // an operator id: the form of an agency's, and no name
  Role role = Role::kNetworkCoordinator;
  AgencyId agency;       // of an agency coordinator
  std::string password;  // Argon2id record; empty: cannot sign in by password
  Bytes code;            // secret of one-time codes
  std::string openid;
};

struct People {
  std::vector<Person> list;  // ascending by id
  [[nodiscard]] const Person* find(std::string_view id) const;
  [[nodiscard]] const Person* by_openid(std::string_view claim) const;
};

// Errors: kInvalid with the line.
[[nodiscard]] Result<People> parse_people(std::string_view text);
[[nodiscard]] std::string to_text(const People& people);
// A file that only its owner may read; a missing one is nobody.
[[nodiscard]] Result<People> load_people(const std::string& path);

}  // namespace safeconduct::dashboard
