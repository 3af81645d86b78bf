// The whole of a policy on one sheet: who learns what, for what, on which ground.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policies/decide.h"

namespace safeconduct::policies {

// One recipient, purpose and basis at the first hop, when the person's consent grants everything
// and nothing refuses the message: the most that can go.
struct MatrixRow {
  Role to{};
  Purpose purpose{};
  Basis basis{};
  std::vector<Role> from;  // the senders from whom it goes; empty: any
  Levels release;
  Levels inquiry;  // before acceptance
  // By category: the statements that make its level at release, rules first.
  PerCategory<std::vector<RuleIndex>> by{};
  // What is to be done at release, in the order of policies/duties.h, whatever the urgency.
  std::vector<Obligation> duties{};
};

// Rows in which something goes, by recipient, purpose and basis.
[[nodiscard]] std::vector<MatrixRow> matrix(const CompiledPolicy& policy);

// `full` is a filled circle, `generalised` a half-filled one, `withheld` a dot; a glyph is never
// told apart by colour alone.
[[nodiscard]] std::string_view glyph(Level level);

// One line per row and stage, comma-separated, the first line naming the columns (RFC 4180).
[[nodiscard]] std::string matrix_csv(const CompiledPolicy& policy);

// A page that stands by itself (no script, no address outside it) and prints on landscape A4: the
// matrix, each cell linked to the first of its statements, and all statements in full. `hash` is
// the policy's, as hex.
[[nodiscard]] std::string matrix_page(const CompiledPolicy& policy, std::string_view hash);

}  // namespace safeconduct::policies
