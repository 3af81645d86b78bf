// How people come in: password and one-time code, a one-time link, or the network's identity
// provider. Each success opens a new session; each try is an entry of the ledger.
#pragma once

#include "broker/dashboard/action_log.h"
#include "broker/dashboard/lockout.h"
#include "broker/dashboard/openid.h"
#include "broker/dashboard/sessions.h"
#include "broker/dashboard/settings.h"

namespace safeconduct::dashboard {

// What a try led to.
struct Entered {
  enum class Outcome { kIn, kWrong, kLocked, kUnavailable } outcome = Outcome::kWrong;
  std::string cookie;  // kIn
  Duration wait;       // kLocked: until the next try
  std::string why;     // kUnavailable: a sentence
};

class SignIn {
 public:
  SignIn(const Settings& settings, Sessions& sessions, ActionLog& actions, const Clock& clock,
         Random& random, const Log& log);

  // Takes a tenth of a second; the same for a person who does not exist.
  [[nodiscard]] Entered by_password(const std::string& who, const std::string& password,
                                    const std::string& code, const std::string& peer);
  [[nodiscard]] Entered by_link(const std::string& token, const std::string& peer);

  [[nodiscard]] bool has_openid() const { return !settings_.openid.issuer.empty(); }
  // Where the browser goes to, and the cookie that ties the return to this browser. Asks the
  // provider: slow.
  struct Departure {
    std::string url;
    std::string cookie;
  };
  [[nodiscard]] Result<Departure> leave_for_provider();
  // Asks the provider: slow.
  [[nodiscard]] Entered return_from_provider(const std::string& cookie, const std::string& state,
                                             const std::string& code, const std::string& peer);

  // The people file was changed: who is no longer in it is out at once. Cheap when it was not.
  void read_people();

 private:
  [[nodiscard]] std::optional<Entered> locked(const std::string& who, const std::string& peer);
  [[nodiscard]] Entered wrong(const std::string& who, const std::string& peer);
  [[nodiscard]] Entered in(const Person& person, const std::string& peer);
  [[nodiscard]] std::optional<Person> person(std::string_view who);
  [[nodiscard]] bool use_code(const Person& person, const std::string& code);

  const Settings& settings_;
  Sessions& sessions_;
  ActionLog& actions_;
  const Clock& clock_;
  Random& random_;
  const Log& log_;
  Lockout lockout_;
  OpenId openid_;
  std::string no_person_;  // the record that a password of nobody is compared with
  std::mutex mutex_;       // over the people and their codes
  People people_;
  Bytes people_bytes_;
  std::map<std::string, std::uint64_t> last_code_;  // step of the code that was used last
};

}  // namespace safeconduct::dashboard
