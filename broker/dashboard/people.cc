#include "broker/dashboard/people.h"

#include <algorithm>
#include <array>

#include "schemas/io/file.h"
#include "schemas/seal/one_time_code.h"
#include "schemas/seal/password.h"

namespace safeconduct::dashboard {
namespace {

constexpr std::string_view kFirstLine = "safeconduct people 1";
constexpr std::size_t kFileBytesMax = 1024 * 1024;
constexpr std::size_t kClaimBytesMax = 255;

struct RoleWord {
  Role role;
  std::string_view word;
};
constexpr std::array kRoles = {RoleWord{Role::kNetworkCoordinator, "network_coordinator"},
                               RoleWord{Role::kAgencyCoordinator, "agency_coordinator"},
                               RoleWord{Role::kAuditor, "auditor"},
                               RoleWord{Role::kWallScreen, "wall_screen"}};

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string_view::npos) break;
    const std::size_t end = std::min(line.find(' ', start), line.size());
    words.push_back(line.substr(start, end - start));
    line.remove_prefix(end);
  }
  return words;
}

Result<Person> person_of(const std::vector<std::string_view>& words) {
  if (words.size() < 3 || words.size() > 4) return invalid("a person has an id and a role");
  Person person;
  TRY(id, AgencyId::parse(words[1]));
  person.id = id;
  const auto role = role_named(words[2]);
  if (!role) return invalid("`" + std::string(words[2]) + "` is no role");
  person.role = *role;
  if ((person.role == Role::kAgencyCoordinator) != (words.size() == 4)) {
    return invalid("an agency coordinator, and nobody else, has an agency");
  }
  if (words.size() == 4) {
    TRY(agency, AgencyId::parse(words[3]));
    person.agency = agency;
  }
  return person;
}

Status add_detail(Person& person, const std::vector<std::string_view>& words,
                  std::string_view line) {
  if (words.size() < 2) return invalid("a word without its value");
  if (words[0] == "password") {
    if (!seal::is_password_record(words[1])) return invalid("no Argon2id record");
    person.password = words[1];
  } else if (words[0] == "code") {
    TRY(secret, seal::from_base32(words[1]));
    if (secret.size() < 16) return invalid("the secret of one-time codes is too short");
    person.code = std::move(secret);
  } else if (words[0] == "openid") {
    const std::string_view claim = line.substr(line.find("openid") + 7);
    if (claim.empty() || claim.size() > kClaimBytesMax) return invalid("no claim of a provider");
    person.openid = claim;
  } else {
    return invalid("`" + std::string(words[0]) + "` is no detail of a person");
  }
  return {};
}

Status take_line(People& people, std::string_view line) {
  const auto words = words_of(line);
  if (words.empty()) return {};
  if (words[0] != "person") {
    if (people.list.empty()) return invalid("a detail before the first person");
    return add_detail(people.list.back(), words, line);
  }
  TRY(person, person_of(words));
  if (!people.list.empty() && people.list.back().id >= person.id) {
    return invalid("persons stand in the order of their ids, each once");
  }
  people.list.push_back(std::move(person));
  return {};
}

}  // namespace

std::string_view name(Role role) {
  for (const RoleWord& row : kRoles) {
    if (row.role == role) return row.word;
  }
  return "";
}

std::optional<Role> role_named(std::string_view word) {
  for (const RoleWord& row : kRoles) {
    if (row.word == word) return row.role;
  }
  return std::nullopt;
}

const Person* People::find(std::string_view id) const {
  for (const Person& person : list) {
    if (person.id.text() == id) return &person;
  }
  return nullptr;
}

const Person* People::by_openid(std::string_view claim) const {
  for (const Person& person : list) {
    if (!person.openid.empty() && person.openid == claim) return &person;
  }
  return nullptr;
}

Result<People> parse_people(std::string_view text) {
  People people;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (number == 1) {
      if (line != kFirstLine) return invalid("line 1: not `" + std::string(kFirstLine) + "`");
      continue;
    }
    const Status taken = take_line(people, line);
    if (!taken) return invalid("line " + std::to_string(number) + ": " + taken.error().message);
  }
  return people;
}

std::string to_text(const People& people) {
  std::string out = std::string(kFirstLine) + "\n";
  for (const Person& person : people.list) {
    out += "person " + person.id.text() + " " + std::string(name(person.role));
    if (!person.agency.empty()) out += " " + person.agency.text();
    out += "\n";
    if (!person.password.empty()) out += "  password " + person.password + "\n";
    if (!person.code.empty()) out += "  code " + seal::to_base32(person.code) + "\n";
    if (!person.openid.empty()) out += "  openid " + person.openid + "\n";
  }
  return out;
}

Result<People> load_people(const std::string& path) {
  auto bytes = io::read_private_file(path, kFileBytesMax);
  if (!bytes && bytes.error().code == ErrorCode::kNotFound) return People{};
  if (!bytes) return bytes.error();
  auto people = parse_people(text_of(*bytes));
  if (!people) return invalid(path + ": " + people.error().message);
  return people;
}

}  // namespace safeconduct::dashboard
