#include <map>

#include "policies/classes.h"

namespace safeconduct::policies {
namespace {

// Which selectors a value satisfies; equal signatures mean that no statement tells the values
// apart.
using Signature = std::vector<bool>;

class Numbering {
 public:
  std::uint16_t of(Signature signature) {
    const auto next = static_cast<std::uint16_t>(known_.size());
    return known_.emplace(std::move(signature), next).first->second;
  }
  [[nodiscard]] std::uint16_t count() const { return static_cast<std::uint16_t>(known_.size()); }

 private:
  std::map<Signature, std::uint16_t> known_;
};

template <class Satisfies>
Signature signature(const std::vector<const Selector*>& selectors, Satisfies satisfies) {
  Signature out;
  out.reserve(selectors.size());
  for (const Selector* selector : selectors) out.push_back(satisfies(*selector));
  return out;
}

// Numbers the codes from `first` on; codes below it share the first class and are never looked up.
template <std::size_t N, class Satisfies>
std::uint8_t number(std::array<std::uint8_t, N>& classes, std::uint8_t first,
                    const std::vector<const Selector*>& selectors, Satisfies satisfies) {
  Numbering numbering;
  for (std::uint8_t code = first; code < N; ++code) {
    const auto of_code = [&](const Selector& s) { return satisfies(s, code); };
    classes[code] = static_cast<std::uint8_t>(numbering.of(signature(selectors, of_code)));
  }
  return static_cast<std::uint8_t>(numbering.count());
}

std::uint16_t number_pairs(Classes& out, const std::vector<const Selector*>& selectors) {
  Numbering numbering;
  for (std::uint8_t to = 0; to <= kRoleCount; ++to) {
    for (std::uint8_t purpose = 0; purpose <= kPurposeCount; ++purpose) {
      out.pair[to][purpose] = numbering.of(
          signature(selectors, [&](const Selector& s) { return speaks_of_pair(s, to, purpose); }));
    }
  }
  return numbering.count();
}

}  // namespace

Classes classify(const std::vector<const Selector*>& selectors,
                 const std::vector<const Selector*>& circumstance_selectors) {
  Classes out;
  out.pair_count = number_pairs(out, selectors);
  const auto in = [](WordSet Selector::*part) {
    return [part](const Selector& s, std::uint8_t code) { return in_words(s.*part, code); };
  };
  out.from_count = number(out.from, 1, selectors, in(&Selector::from));
  out.basis_count = number(out.basis, 0, selectors, in(&Selector::bases));
  out.stage_count = number(out.stage, 1, selectors, in(&Selector::stages));
  out.urgency_count = number(out.urgency, 1, selectors, in(&Selector::urgencies));
  out.hop_count = number(out.hop, 1, selectors, in_hops);
  const auto in_circumstances = [](const Selector& s, std::uint8_t bits) {
    const Selector asked{.facts = s.facts & kCircumstanceFacts,
                         .facts_not = s.facts_not & kCircumstanceFacts};
    return facts_hold(asked, facts_of_circumstances(bits));
  };
  out.circumstances_count = number(out.circumstances, 0, circumstance_selectors, in_circumstances);
  return out;
}

}  // namespace safeconduct::policies
