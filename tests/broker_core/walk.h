// A long random life of a broker's core, checked at every step (DESIGN §2: one deterministic core).
#pragma once

#include <map>
#include <random>

#include "broker/core/referral.h"
#include "tests/broker_core/bench_top.h"
#include "tests/broker_core/passage.h"

namespace safeconduct::core {

inline constexpr std::string_view kMailboxes[] = {"haven",    "stmary",   "pd_unit", "homes",
                                                  "lawaid",   "immig",    "cps",     "sca",
                                                  "dispatch", "mindwell", "embassy"};
inline constexpr std::size_t kRemembered = 64;  // letters that later steps come back to

template <class Map>
void keep_newest(Map& map) {
  while (map.size() > kRemembered) map.erase(map.begin());
}

class Walk {
 public:
  // `policies_most`: how many times the policy changes (each is proved anew, which takes a while).
  explicit Walk(std::uint64_t seed, std::uint64_t policies_most = 3)
      : random_(seed), policies_most_(policies_most) {}

  // One command of any kind, and every invariant of DOMAIN §5 that it could break (README.md).
  void step();
  // Lets time pass until everything may be forgotten, and checks that it is.
  void end();

  [[nodiscard]] std::uint64_t admitted() const { return admitted_; }
  [[nodiscard]] std::uint64_t given() const { return given_; }
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] std::uint64_t moves() const { return moves_; }
  [[nodiscard]] std::uint64_t deletions() const { return deletions_; }
  [[nodiscard]] const std::map<std::string, std::uint64_t>& went() const { return went_; }
  // How often a message that an exclusion silenced was kept from telling.
  [[nodiscard]] std::uint64_t silenced() const { return silenced_; }
  // How often what would have come of less was compared with what came.
  [[nodiscard]] std::uint64_t compared() const { return compared_; }

 private:
  [[nodiscard]] std::uint64_t below(std::uint64_t n) { return random_() % n; }
  [[nodiscard]] bool one_in(std::uint64_t n) { return below(n) == 0; }
  [[nodiscard]] std::uint64_t recent();

  void submit();
  void allow(const Letter& letter);
  void deliver();
  void take_receipt();
  void say_move();
  void ask_several();
  void say_deletion();
  void exclude();
  void review();
  void record_consent();
  void withdraw();
  void change_directory();
  void change_policy();
  void housekeeping();
  void pass_time();
  void ask_where();
  void late_or_again();
  [[nodiscard]] std::uint64_t consent_of(std::string_view collector);
  [[nodiscard]] std::uint64_t held_by(std::string_view agency);

  // As apply(), but now and then it comes later, out of its order, or once more.
  Outcome say(const Command& command);

  // Applies to the broker, to a twin that starts again now and then, and to a replay that is given
  // only what the log shows; all must agree.
  Outcome apply(const Command& command);
  void check_bodies(const Outcome& outcome);
  void check_entries(const Outcome& outcome, std::size_t before);
  void check_kept(const Outcome& outcome);
  void check_readers(const Outcome& outcome);
  void check_recorded(const Outcome& outcome);
  void check_mailboxes();
  [[nodiscard]] std::uint64_t offered_of(const MessageId& id) const;

  // --- what another course of things would have come to (walk_whatif.cc)

  using Referrals = std::map<ReferralId, Referral>;
  [[nodiscard]] Referrals referrals() const;
  // Invariants 9 and 16: what one command did to the referrals on file.
  void check_referrals(const Referrals& before, const Command& command, const Outcome& outcome);
  // Invariants 1 and 15: the same letter with less granted, and with less offered.
  void compare_with_less(const Letter& letter);
  // What comes of these, one after the other, on a state of their own.
  [[nodiscard]] std::vector<Outcome> would(const std::vector<Command>& commands) const;

  std::mt19937_64 random_;
  BenchTop broker_;
  BenchTop twin_;
  BenchTop replay_;
  std::map<MessageId, std::uint64_t> bodies_;  // what the store would hold: slots
  std::map<std::uint64_t, Letter> letters_;
  std::map<std::uint64_t, Submit> sent_;
  std::map<std::uint64_t, Given> deliveries_;
  std::map<std::uint64_t, std::vector<std::pair<Digest, std::uint32_t>>> versions_;
  std::map<std::uint64_t, std::string> collectors_;  // of consents
  std::map<std::uint64_t, std::string> holders_;     // of received messages
  std::map<std::string, std::uint64_t> went_;        // given, by purpose, basis, stage and hop
  std::vector<Command> held_;
  std::vector<Command> said_;
  std::uint64_t next_letter_ = 1;
  std::uint64_t directory_version_ = 1;
  std::uint64_t policies_ = 0;
  std::uint64_t policies_most_;
  std::uint64_t consents_ = 0;
  std::uint64_t admitted_ = 0;
  std::uint64_t given_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t moves_ = 0;
  std::uint64_t deletions_ = 0;
  std::uint64_t silenced_ = 0;
  std::uint64_t compared_ = 0;
};

}  // namespace safeconduct::core
