// A policy on its way into force: its canonical text as a note that two officers sign, one after
// the other, each at their own machine.
#pragma once

#include <string>
#include <vector>

#include "policies/compile.h"
#include "schemas/seal/sign.h"
#include "schemas/wire/activation.h"

namespace safeconduct::cli {

struct PolicyNote {
  std::string note;                   // text and signature lines
  std::vector<std::string> officers;  // names on the lines, in their order; not verified here
};

// Reads, compiles and proves. Errors: kInvalid with line and column or the broken invariant.
[[nodiscard]] Result<policies::CompiledPolicy> read_policy(const std::string& path);

// What a note at this path says. Errors: kNotFound when there is none; kInvalid.
[[nodiscard]] Result<wire::PolicyNoteText> read_note_text(const std::string& note_path);

// The first signature makes the note at `note_path` with this text: a policy's, an activation's or
// a rule's of retention; a later one adds its line. Written durably. Errors: kConflict when the
// note holds another text or this officer (by name or by key) signed it already; kInvalid (the
// name), kIo.
[[nodiscard]] Result<PolicyNote> sign_note(const std::string& text, const std::string& note_path,
                                           const std::string& name, const seal::SigningKey& key);

}  // namespace safeconduct::cli
