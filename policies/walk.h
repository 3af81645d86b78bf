// Every situation of the vocabulary, those that no selector tells apart standing together.
#pragma once

#include <algorithm>

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

enum class Words : std::uint8_t { kWithUnknown = 0, kKnown = 1 };

// Calls `action(situation)` once for each cell of the classes that such words reach.
template <class Action>
void for_each_class(const Classes& classes, Words words, Action action) {
  const auto first = static_cast<std::uint8_t>(words);
  std::vector<std::uint8_t> bases;
  for (std::uint8_t code = first; code <= kBasisCount; ++code) {
    const auto alike = [&](std::uint8_t other) {
      return classes.basis[other] == classes.basis[code];
    };
    if (std::none_of(bases.begin(), bases.end(), alike)) bases.push_back(code);
  }
  Situation at;
  const auto rest = [&] {
    for (const std::uint8_t urgency : representatives(classes.urgency, 1)) {
      for (const std::uint8_t circumstances : representatives(classes.circumstances, 0)) {
        for (const std::uint8_t hop : representatives(classes.hop, 1)) {
          at.urgency = urgency;
          at.circumstances = circumstances;
          at.hop = hop;
          action(static_cast<const Situation&>(at));
        }
      }
    }
  };
  std::vector<bool> seen(classes.pair_count, false);
  for (at.to = first; at.to <= kRoleCount; ++at.to) {
    for (at.purpose = first; at.purpose <= kPurposeCount; ++at.purpose) {
      if (seen[classes.pair[at.to][at.purpose]]) continue;
      seen[classes.pair[at.to][at.purpose]] = true;
      for (const std::uint8_t from : representatives(classes.from, 1)) {
        for (const std::uint8_t basis : bases) {
          for (const std::uint8_t stage : representatives(classes.stage, 1)) {
            at.from = from;
            at.basis = basis;
            at.stage = stage;
            rest();
          }
        }
      }
    }
  }
}

}  // namespace safeconduct::policies
