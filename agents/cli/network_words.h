// What people type about agencies and officers, turned into values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/ledger/note_key.h"
#include "schemas/wire/directory.h"

namespace safeconduct::cli {

// `2026-01-01:2027-01-01`. `what` names it in messages. Errors: kInvalid.
[[nodiscard]] Result<wire::DatedProof> parse_dated_proof(std::string_view text,
                                                         std::string_view what);
// `shelter,housing`: known words, each once, 1..8. Errors: kInvalid, with the nearest known word.
[[nodiscard]] Result<std::vector<std::string>> parse_roles(std::string_view text);
// `anna+...` or `anna=anna+...`. Errors: kInvalid.
[[nodiscard]] Result<ledger::NoteKey> parse_officer(std::string_view text);

}  // namespace safeconduct::cli
