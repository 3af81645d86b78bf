// The agent's local interface: HTTP/JSON on a unix socket, for the command line and applications.
// The routes are listed in README.md. Called on the HTTP server's one thread; holds Shared's mutex
// while it touches the agent, and lets it go while it waits for the broker.
#pragma once

#include "agents/daemon/api_forms.h"
#include "agents/daemon/loop.h"
#include "schemas/io/http.h"

namespace safeconduct::agent {

class LocalApi {
 public:
  explicit LocalApi(Shared& shared, PersonSettings person = {})
      : shared_(shared), person_(std::move(person)) {}

  [[nodiscard]] io::HttpResponse handle(const io::HttpRequest& request);

 private:
  struct Call;
  using Answer = Result<Json>;
  [[nodiscard]] Answer route(const Call& call);
  [[nodiscard]] Answer consents(const Call& call);
  [[nodiscard]] Answer consent(const Call& call, const std::string& id);
  [[nodiscard]] Answer withdraw(const Call& call, const std::string& id);
  [[nodiscard]] Answer referrals(const Call& call);
  [[nodiscard]] Answer fhir(const Call& call);
  [[nodiscard]] Answer sent(const Call& call);
  [[nodiscard]] Answer sent_one(const std::string& id);
  [[nodiscard]] Answer inbox(const Call& call);
  [[nodiscard]] Answer inbox_one(const std::string& id);
  [[nodiscard]] Answer inbox_withdraw(const Call& call, const std::string& id);
  [[nodiscard]] Answer records(const Call& call);
  [[nodiscard]] Answer life(const Call& call, const std::string& path);
  [[nodiscard]] Answer requests(const Call& call);
  [[nodiscard]] Answer services(const Call& call);
  [[nodiscard]] Answer keep(const Call& call, const std::string& id);
  [[nodiscard]] Answer referral_states() const;
  [[nodiscard]] Answer deletions() const;
  // The broker's answer to a record, or that it is still on its way.
  [[nodiscard]] Answer answer_to(const Call& call, std::unique_lock<std::mutex>& lock,
                                 std::uint64_t ticket);
  [[nodiscard]] Answer policy(const Call& call);

  // Waits until `done` says so, the time is over or the store failed.
  template <class Done>
  void wait_for(std::unique_lock<std::mutex>& lock, Duration wait, Done&& done);

  Shared& shared_;
  PersonSettings person_;
};

}  // namespace safeconduct::agent
