// A long random life of a broker's core, checked at every step (DESIGN §2: one deterministic core).
#pragma once

#include <map>
#include <random>

#include "tests/broker_core/bench_top.h"

namespace safeconduct::core {

inline constexpr std::string_view kMailboxes[] = {"haven", "stmary", "pd_unit", "homes"};
inline constexpr std::size_t kRemembered = 64;  // letters that later steps come back to

template <class Map>
void keep_newest(Map& map) {
  while (map.size() > kRemembered) map.erase(map.begin());
}

class Walk {
 public:
  explicit Walk(std::uint64_t seed) : random_(seed) {}

  // One command of any kind, and every invariant after it.
  void step();
  // Lets time pass until everything may be forgotten, and checks that it is.
  void end();

  [[nodiscard]] std::uint64_t admitted() const { return admitted_; }
  [[nodiscard]] std::uint64_t given() const { return given_; }
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] std::uint64_t moves() const { return moves_; }
  [[nodiscard]] std::uint64_t deletions() const { return deletions_; }

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

  // Applies to the broker, to a twin that starts again now and then, and to a replay that is given
  // only what the log shows; all must agree.
  Outcome apply(const Command& command);
  void check_bodies(const Outcome& outcome);
  void check_entries(const Outcome& outcome, std::size_t before);
  void check_kept(const Outcome& outcome);
  void check_excluded(const Emitted& emitted, const MessageRecord& record,
                      const wire::Header& header);
  void check_mailboxes();

  std::mt19937_64 random_;
  BenchTop broker_;
  BenchTop twin_;
  BenchTop replay_;
  std::map<MessageId, std::uint64_t> bodies_;  // what the store would hold: slots
  std::map<std::uint64_t, Letter> letters_;
  std::map<std::uint64_t, Submit> sent_;
  std::map<std::uint64_t, Given> deliveries_;
  std::map<std::uint64_t, std::vector<std::pair<Digest, std::uint32_t>>> versions_;
  std::uint64_t next_letter_ = 1;
  std::uint64_t directory_version_ = 1;
  std::uint64_t policies_ = 0;
  std::uint64_t consents_ = 0;
  std::uint64_t admitted_ = 0;
  std::uint64_t given_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t moves_ = 0;
  std::uint64_t deletions_ = 0;
};

}  // namespace safeconduct::core
