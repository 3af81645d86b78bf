// Which facts can hold in a case that no refusal stops, found by trying all of them.
#pragma once

#include <map>
#include <vector>

#include "policies/table.h"

namespace safeconduct::policies {

// Over all admitted cases: the facts that hold in one of them, and those that fail in one.
struct Admitted {
  bool any = false;
  WordSet may_hold = 0;
  WordSet may_fail = 0;
};

// What comes of the cases under a fact test.
struct Outcomes {
  bool any = false;         // some consistent case passes the test
  bool delivered = false;   // one of them is not refused
  WordSet refused_for = 0;  // the reasons of the refused ones, bit = number
};

class Admission {
 public:
  explicit Admission(const DecisionTable& table);

  // For one list of refusals, under one class of circumstances.
  [[nodiscard]] const Admitted& admitted(std::uint16_t refusals, std::uint8_t circumstances) const {
    return admitted_[std::size_t{refusals} * table_.classes.circumstances_count + circumstances];
  }
  [[nodiscard]] Outcomes outcomes(std::uint16_t refusals, std::uint8_t circumstances,
                                  const FactTest& test);

 private:
  [[nodiscard]] Outcomes try_all(std::uint16_t refusals, std::uint8_t circumstances,
                                 const FactTest& test) const;

  const DecisionTable& table_;
  std::vector<std::vector<WordSet>> facts_;  // by class of circumstances: all that can be together
  std::vector<Admitted> admitted_;
  struct Key {
    std::uint16_t refusals;
    std::uint8_t circumstances;
    FactTest test;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  std::map<Key, Outcomes> known_;
};

// All of the asked facts that can hold together: without a consent none of its facts holds, and the
// person is no abuser. Without rule_exists and ground_accepted, which a situation settles. A fact
// that nothing asks for is left at not holding.
[[nodiscard]] std::vector<WordSet> consistent_facts(WordSet asked);

}  // namespace safeconduct::policies
