#include "policies/gates.h"

#include "policies/admission.h"

namespace safeconduct::policies {

Gates::Gates(const DecisionTable& table, WordSet asked) : table_(table) {
  for (const WordSet facts : consistent_facts(asked)) {
    facts_[(facts & kCircumstanceFacts) >> 1].push_back(facts);
  }
}

const Gates::Known& Gates::known(std::uint16_t refusals, std::uint8_t circumstances) {
  const std::uint32_t key = std::uint32_t{refusals} * kCircumstanceSets + circumstances;
  const auto [at, fresh] = known_.try_emplace(key);
  if (!fresh) return at->second;
  for (const WordSet facts : facts_[circumstances]) {
    Reason verdict{};
    for (const RefusalTest& test : table_.refusals[refusals]) {
      if (!test.hits(facts)) continue;
      verdict = test.reason;
      break;
    }
    at->second.verdicts.push_back(verdict);
    at->second.admits = at->second.admits || verdict == Reason{};
  }
  return at->second;
}

const std::vector<Reason>& Gates::verdicts(std::uint16_t refusals, std::uint8_t circumstances) {
  return known(refusals, circumstances).verdicts;
}

bool Gates::admits(std::uint16_t refusals, std::uint8_t circumstances) {
  return known(refusals, circumstances).admits;
}

}  // namespace safeconduct::policies
