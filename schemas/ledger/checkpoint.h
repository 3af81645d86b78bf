// C2SP tlog-checkpoint (v1.0.0): the text that a log signs to say how long it is and what is in it.
#pragma once

#include "schemas/ledger/note.h"
#include "schemas/ledger/tree.h"

namespace safeconduct::ledger {

struct Checkpoint {
  std::string origin;  // the log's name; for our logs also its key's name
  TreeHead head;
  std::vector<std::string> extensions;  // we write none: what matters is in a leaf
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// Origin and extensions: not empty, without LF.
[[nodiscard]] std::string checkpoint_text(const Checkpoint& checkpoint);
// Strict: one spelling per checkpoint; a size of 0 only with the empty root. Errors: kInvalid.
[[nodiscard]] Result<Checkpoint> parse_checkpoint(std::string_view text);

// The signed note of a log whose key is named like its origin.
[[nodiscard]] std::string sign_checkpoint(const std::string& origin, const TreeHead& head,
                                          const seal::SigningKey& log_key);
// A checkpoint of the log `origin`, signed with `log_key`. Further lines are not looked at: for
// witnesses, see trust.h. Errors: kInvalid, kUnauthentic (also when the origin is another).
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view origin,
                                                 const NoteKey& log_key);

}  // namespace safeconduct::ledger
