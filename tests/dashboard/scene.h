// The scene that tests of the dashboard play in: a real broker, agencies that say what they are
// told, and a real dashboard that follows as an observer.
#pragma once

#include <memory>
#include <optional>

#include "broker/dashboard/people.h"
#include "schemas/io/http.h"
#include "tests/rig/broker.h"
#include "tests/rig/client.h"

namespace safeconduct::dashboard_tests {

// Everybody's password. The secret of one-time codes is made anew for each scene.
inline constexpr std::string_view kPassword = "correct horse battery staple";
// Stands in every slot of every referral: nothing that the dashboard sends or writes may hold it.
inline constexpr std::string_view kCanary = "canary-7f3a-mercedes-lives-at-12-orchard-lane";

struct SceneOptions {
  std::string openid{};  // lines for [openid] of dashboard.toml
  bool tls = false;      // https with a certificate made for this scene
};

class Scene {
 public:
  explicit Scene(SceneOptions options = {});

  void start_dashboard();
  int stop_dashboard() { return dashboard_->end(15); }
  [[nodiscard]] bool dashboard_runs() { return dashboard_->running(); }
  [[nodiscard]] rig::Process& dashboard() { return *dashboard_; }
  [[nodiscard]] rig::Broker& broker() { return *broker_; }
  [[nodiscard]] const std::string& address() const { return address_; }  // http(s)://localhost:port
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::string certificate() const { return folder() + "/certificate.pem"; }
  [[nodiscard]] std::string folder() const { return folder_.path() + "/dashboard"; }
  [[nodiscard]] std::string log() const { return rig::read_text(folder() + "/dashboard.log"); }
  [[nodiscard]] const rig::Network& network() const { return network_; }
  [[nodiscard]] rig::Client& agency(const std::string& name) { return *clients_.at(name); }
  void reconnect_agencies();

  // The six digits of the moment.
  [[nodiscard]] std::string code(const std::string& who) const;
  [[nodiscard]] std::string link(const std::string& who) const;  // the address of a one-time link
  void set_people(const dashboard::People& people) const;
  [[nodiscard]] const dashboard::People& people() const { return people_; }

  // One referral under a fresh consent to everything; `answer_in`: sets a deadline that ends the
  // time to answer, 0 for the urgency's own.
  struct Ask {
    std::string from = "bridge";
    std::string to = "haven";
    policies::Urgency urgency = policies::Urgency::kTonight;
    Duration answer_in;
    bool take = true;      // the recipient takes and acknowledges it
    int consent_days = 0;  // 0: as long as usual
  };
  ReferralId refer(const Ask& ask);
  void move(const std::string& by, const ReferralId& referral, wire::Move move,
            wire::DeclineReason reason = wire::DeclineReason::kNone);
  void announce_capacity();
  // Whatever text an agency may put in without the broker refusing it: what it calls its software.
  // Elsewhere markup is refused; throws when it is not.
  void announce_markup(const std::string& markup);
  void count_unmet(int times);
  // Referrals one after another for so long, at about `per_second` entries: how many entries.
  std::uint64_t be_busy(Duration how_long, int per_second);
  // Puts a snapshot in the dashboard's place, without a broker: what it answers from then on.
  void show_snapshot(const std::string& path);
  // A witness that signed the log as it is now, or (`honest` false) another one of the same size;
  // the dashboard starts again and asks it.
  void ask_witness(bool honest);
  // Break-glass: declared and approved, to be reviewed within 72 hours.
  ReferralId declare_exception();
  // The person takes the consent of this referral back: the recipient owes a deletion receipt.
  void withdraw(const ReferralId& referral);

 private:
  void write_settings(const SceneOptions& options);
  void make_certificate() const;
  rig::Client& client(const std::string& name) { return *clients_.at(name); }

  rig::Network network_;
  rig::TempFolder folder_;
  std::unique_ptr<rig::Broker> broker_;
  std::map<std::string, std::unique_ptr<rig::Client>> clients_;
  std::map<std::string, std::string> roles_;
  std::unique_ptr<rig::Process> dashboard_;
  std::string witness_note_;
  std::optional<io::HttpServer> witness_;
  std::string address_;
  dashboard::People people_;
  std::map<ReferralId, ConsentId> consents_;
  std::uint64_t capacity_counter_ = 0;
};

}  // namespace safeconduct::dashboard_tests
