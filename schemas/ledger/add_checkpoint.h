// C2SP tlog-witness (v1.0.0): what a log sends to a witness, and what an honest witness answers.
// Pure: whoever serves it keeps the head durably before it gives the answer away.
#pragma once

#include "schemas/ledger/proof.h"
#include "schemas/ledger/trust.h"

namespace safeconduct::ledger {

struct AddCheckpoint {
  std::uint64_t old_size = 0;
  Proof proof;             // from old_size to the checkpoint; at most 63 hashes
  std::string checkpoint;  // signed note
  friend bool operator==(const AddCheckpoint&, const AddCheckpoint&) = default;
};

// Under which name a witness serves the head of a log that it cosigned last: hex of SHA-256 of the
// log's origin; GET /<this>/checkpoint.
[[nodiscard]] std::string log_page(std::string_view origin);

// "old " decimal LF *(base64(hash[32]) LF) LF checkpoint
[[nodiscard]] std::string to_text(const AddCheckpoint& request);
// Errors: kInvalid.
[[nodiscard]] Result<AddCheckpoint> parse_add_checkpoint(std::string_view text);

// What the witness says, as the specification numbers it.
enum class WitnessVerdict : std::uint16_t {
  kCosign = 200,
  kMalformed = 400,   // also old size above the checkpoint's
  kUntrusted = 403,   // no signature of the log's key, or one that fails
  kUnknownLog = 404,  // this witness does not watch that log
  kOtherSize = 409,   // the old size is not the one that it holds
  kDoesNotFit = 422,  // the proof fails, or the same size with another root
};

struct WitnessJudgement {
  WitnessVerdict verdict = WitnessVerdict::kMalformed;
  std::string sentence;   // for people
  Checkpoint checkpoint;  // when it could be read
  std::string log_note;   // the checkpoint with the log's signature alone
};

// `log`: the one that the checkpoint names, or null; `held`: the head cosigned last, of size 0 when
// there is none. A checkpoint signed by the log that does not extend `held` is kDoesNotFit: keep
// both, they are evidence.
[[nodiscard]] WitnessJudgement judge_checkpoint(const AddCheckpoint& request, const NoteKey* log,
                                                const TreeHead& held);
// The origin that a request's checkpoint names, to find the log by. Errors: kInvalid.
[[nodiscard]] Result<std::string> origin_of(const AddCheckpoint& request);

}  // namespace safeconduct::ledger
