#include "broker/dashboard/sign_in.h"

#include "broker/dashboard/links.h"
#include "schemas/io/file.h"
#include "schemas/seal/one_time_code.h"
#include "schemas/seal/password.h"

namespace safeconduct::dashboard {
namespace {

constexpr unsigned kTriesTogether = 5;  // one name from one address
constexpr unsigned kTriesAddress = 20;  // all names from one address
constexpr unsigned kTriesPerson = 100;  // one name from anywhere
constexpr std::size_t kPeopleBytesMax = 1024 * 1024;
// Whoever was asked for does not exist, or must not be named in the ledger by a guess.
constexpr std::string_view kNobody = "nobody";

}  // namespace

SignIn::SignIn(const Settings& settings, Sessions& sessions, ActionLog& actions, const Clock& clock,
               Random& random, const Log& log)
    : settings_(settings),
      sessions_(sessions),
      actions_(actions),
      clock_(clock),
      random_(random),
      log_(log),
      openid_(settings.openid, clock, random) {
  auto record = seal::password_record("nobody has this password");
  if (record) no_person_ = *record;
  read_people();
}

void SignIn::read_people() {
  auto bytes = io::read_private_file(settings_.people, kPeopleBytesMax);
  const std::lock_guard lock(mutex_);
  if (bytes && *bytes == people_bytes_) return;
  auto people = load_people(settings_.people);
  if (!people) {
    log_.error("the people file is not used: " + people.error().message);
    return;
  }
  people_ = std::move(*people);
  people_bytes_ = bytes ? std::move(*bytes) : Bytes();
  sessions_.keep_only(people_);
}

std::optional<Person> SignIn::person(std::string_view who) {
  const std::lock_guard lock(mutex_);
  const Person* found = people_.find(who);
  if (found == nullptr) return std::nullopt;
  return *found;
}

std::optional<Entered> SignIn::locked(const std::string& who, const std::string& peer) {
  const Instant now = clock_.now();
  Instant until;
  for (const std::string& key : {who + "@" + peer, "@" + peer, who + "@"}) {
    until = std::max(until, lockout_.locked_until(key, now));
  }
  if (until.ms == 0) return std::nullopt;
  return Entered{Entered::Outcome::kLocked, {}, until - now, {}};
}

Entered SignIn::wrong(const std::string& who, const std::string& peer) {
  const Instant now = clock_.now();
  lockout_.failed(who + "@" + peer, now, kTriesTogether);
  lockout_.failed("@" + peer, now, kTriesAddress);
  lockout_.failed(who + "@", now, kTriesPerson);
  const bool exists = person(who).has_value();
  actions_.add({wire::Action::kSignInRefused, exists ? who : std::string(kNobody)});
  log_.warning("a sign-in from `" + peer + "` was refused");
  return {};
}

Entered SignIn::in(const Person& person, const std::string& peer) {
  lockout_.succeeded(person.id.text() + "@" + peer);
  actions_.add({wire::Action::kSignIn, person.id.text()});
  return {Entered::Outcome::kIn, sessions_.open(person), {}, {}};
}

bool SignIn::use_code(const Person& person, const std::string& code) {
  const auto step = seal::code_step_of(person.code, code, clock_.now());
  if (!step) return false;
  const std::lock_guard lock(mutex_);
  std::uint64_t& last = last_code_[person.id.text()];
  if (*step <= last) return false;  // RFC 6238 §5.2: each code once
  last = *step;
  return true;
}

Entered SignIn::by_password(const std::string& who, const std::string& password,
                            const std::string& code, const std::string& peer) {
  if (auto wait = locked(who, peer)) return *wait;
  read_people();
  const auto found = person(who);
  const bool can = found && !found->password.empty() && !found->code.empty();
  const bool fits = seal::password_fits(can ? found->password : no_person_, password);
  if (!can || !fits || !use_code(*found, code)) return wrong(who, peer);
  return in(*found, peer);
}

Entered SignIn::by_link(const std::string& token, const std::string& peer) {
  static const std::string kLink = "a link";
  if (auto wait = locked(kLink, peer)) return *wait;
  read_people();
  const auto who = use_link(settings_.state + "/links", token, clock_.now());
  const auto found = who ? person(*who) : std::nullopt;
  if (!found) return wrong(kLink, peer);
  return in(*found, peer);
}

Result<SignIn::Departure> SignIn::leave_for_provider() {
  TRY(departure, openid_.leave());
  return Departure{departure.url, departure.cookie};
}

Entered SignIn::return_from_provider(const std::string& cookie, const std::string& state,
                                     const std::string& code, const std::string& peer) {
  static const std::string kProvider = "the provider";
  if (auto wait = locked(kProvider, peer)) return *wait;
  read_people();
  const auto claim = openid_.come_back(cookie, state, code);
  if (!claim) {
    log_.warning("sign-in by the identity provider: " + claim.error().message);
    if (claim.error().code == ErrorCode::kUnavailable) {
      return {Entered::Outcome::kUnavailable, {}, {}, claim.error().message};
    }
    return wrong(kProvider, peer);
  }
  std::optional<Person> found;
  {
    const std::lock_guard lock(mutex_);
    if (const Person* known = people_.by_openid(*claim)) found = *known;
  }
  if (!found) return wrong(kProvider, peer);
  return in(*found, peer);
}

}  // namespace safeconduct::dashboard
