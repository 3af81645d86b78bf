// Believes nothing that the broker shows before it is proven: every entry lies in one tree, without
// a gap, under checkpoints that the log's key signed and that extend one another.
#pragma once

#include <vector>

#include "broker/dashboard/projection/facts.h"
#include "schemas/ledger/note_key.h"
#include "schemas/ledger/proof.h"
#include "schemas/wire/messages.h"

namespace safeconduct::dashboard {

class Reader {
 public:
  // `tree` and `note`: where a snapshot left off; empty for a new reader.
  Reader(ledger::NoteKey log, ledger::Frontier tree, std::string note);

  // A newer checkpoint. Errors: kUnauthentic (not the log's, or it contradicts the last one: a
  // fork), kInvalid.
  [[nodiscard]] Status take(const wire::Checkpoint& checkpoint);
  // The next entries, in order. Nothing of a page is believed unless all of it is. Errors:
  // kUnauthentic (not in the checkpoint's tree, a part that is not the entry's), kInvalid (a gap, a
  // form that cannot be read).
  [[nodiscard]] Result<std::vector<EntryFacts>> take(const wire::Feed& feed);

  [[nodiscard]] const ledger::Frontier& tree() const { return tree_; }  // read so far
  [[nodiscard]] const ledger::TreeHead& head() const { return head_; }  // last checkpoint's
  [[nodiscard]] const std::string& note() const { return note_; }
  [[nodiscard]] bool up_to_date() const { return tree_.size() == head_.size; }

 private:
  ledger::NoteKey log_;
  ledger::Frontier tree_;
  ledger::TreeHead head_;
  std::string note_;
};

}  // namespace safeconduct::dashboard
