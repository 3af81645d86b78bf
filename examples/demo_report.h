// What the demo says on the screen: who sent what to whom, what arrived, what was withheld or
// refused and why, and how to check the log.
#pragma once

#include <iosfwd>

#include "examples/demo_play.h"

namespace safeconduct::demo {

// What the recipients' inboxes hold of the referrals that were received.
struct Arrivals {
  int lost = 0;        // accepted by the broker, not in the inbox
  int duplicated = 0;  // more than once
};
[[nodiscard]] Arrivals count_arrivals(const Stage& stage, const std::vector<Played>& played);

void print_table(std::ostream& out, const std::vector<Played>& played);
void print_police(std::ostream& out, const std::vector<Played>& played);
// Each case whose fate is not what the case expects; empty when all are.
[[nodiscard]] std::vector<std::string> unexpected(const std::vector<Played>& played);

// `police_firewall` -> `police firewall`.
[[nodiscard]] std::string words(std::string text);

}  // namespace safeconduct::demo
