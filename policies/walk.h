// Every situation of the vocabulary, those that no selector tells apart standing together.
#pragma once

#include "policies/table.h"

namespace safeconduct::policies {

// Calls `action(situation)` once for each class of sender, basis, stage, urgency and hop, each set
// of circumstances and each pair of recipient and purpose. Known words only.
template <class Action>
void for_each_situation(const Classes& classes, Action action) {
  const auto froms = representatives(classes.from, 1);
  const auto stages = representatives(classes.stage, 1);
  const auto urgencies = representatives(classes.urgency, 1);
  const auto hops = representatives(classes.hop, 1);
  Situation at;
  const auto rest = [&] {
    for (const std::uint8_t urgency : urgencies) {
      at.urgency = urgency;
      for (at.circumstances = 0; at.circumstances < kCircumstanceSets; ++at.circumstances) {
        for (const std::uint8_t hop : hops) {
          at.hop = hop;
          action(static_cast<const Situation&>(at));
        }
      }
    }
  };
  for (at.to = 1; at.to <= kRoleCount; ++at.to) {
    for (at.purpose = 1; at.purpose <= kPurposeCount; ++at.purpose) {
      for (const std::uint8_t from : froms) {
        at.from = from;
        for (at.basis = 1; at.basis <= kBasisCount; ++at.basis) {
          for (const std::uint8_t stage : stages) {
            at.stage = stage;
            rest();
          }
        }
      }
    }
  }
}

}  // namespace safeconduct::policies
