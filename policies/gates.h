// The refusals of a table as what they do: for each combination of facts, the reason or none.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "policies/table.h"

namespace safeconduct::policies {

class Gates {
 public:
  // `asked`: the facts to tell apart, at least those that the table asks for.
  Gates(const DecisionTable& table, WordSet asked);

  // For the facts that can hold under these circumstances, in the order of facts(): why such a case
  // is refused; 0 where it is not. Valid as long as this object.
  [[nodiscard]] const std::vector<Reason>& verdicts(std::uint16_t refusals,
                                                    std::uint8_t circumstances);
  [[nodiscard]] const std::vector<WordSet>& facts(std::uint8_t circumstances) const {
    return facts_[circumstances];
  }
  // Whether any case gets by.
  [[nodiscard]] bool admits(std::uint16_t refusals, std::uint8_t circumstances);

 private:
  struct Known {
    std::vector<Reason> verdicts;
    bool admits = false;
  };
  [[nodiscard]] const Known& known(std::uint16_t refusals, std::uint8_t circumstances);

  const DecisionTable& table_;
  std::array<std::vector<WordSet>, kCircumstanceSets> facts_;
  std::map<std::uint32_t, Known> known_;
};

}  // namespace safeconduct::policies
