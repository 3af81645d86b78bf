// What one policy lets through that another does not, over every situation.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policies/compile.h"

namespace safeconduct::policies {

struct Change {
  bool wider = false;
  std::string where;              // the cases, in the language's words; empty: all
  std::vector<std::string> what;  // `exploitation from generalised to withheld`
};

struct Diff {
  std::vector<Change> changes;       // the wider ones first
  std::uint64_t wider_cells = 0;     // situations in which something widens
  std::uint64_t narrower_cells = 0;  // and in which something narrows
  // Cases that are refused by both, but for another reason: only what the sender is told changes.
  std::uint64_t told_otherwise = 0;
  bool wider_terms = false;  // a term of the network, or its way of transport, is looser
  bool narrower_terms = false;

  // Something goes that did not, something need not be done that had to, or a term is looser.
  [[nodiscard]] bool opens() const { return wider_cells != 0 || wider_terms; }
};

// Exact: two policies without changes let through the same in every case. Consent, prior hop and
// never-list stay out of it: both policies take the minimum with them. A category counts as
// withheld where the whole message is refused. A statement that refuses more, or less, widens or
// narrows by the facts that now decide. A duty that is dropped or has more time widens; one that is
// added or has less narrows.
[[nodiscard]] Diff diff(const CompiledPolicy& older, const CompiledPolicy& newer);

// diff().opens(), without telling what.
[[nodiscard]] bool widens(const CompiledPolicy& older, const CompiledPolicy& newer);

// True when every case lets through the same, or is refused by both for the same reason. Why a
// category is below full may be told otherwise.
[[nodiscard]] bool decide_alike(const CompiledPolicy& a, const CompiledPolicy& b);

// One line: `to health for health_care: exploitation from generalised to withheld`.
[[nodiscard]] std::string sentence(const Change& change);

}  // namespace safeconduct::policies
