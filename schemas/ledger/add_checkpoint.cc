#include "schemas/ledger/add_checkpoint.h"

#include "schemas/ledger/text_fields.h"
#include "schemas/seal/hash.h"

namespace safeconduct::ledger {
namespace {

constexpr std::string_view kOld = "old ";
constexpr std::size_t kProofLinesMax = 63;

WitnessJudgement refused(WitnessVerdict verdict, std::string sentence) {
  return {verdict, std::move(sentence), {}, {}};
}

Status extends(const TreeHead& held, const TreeHead& next, const Proof& proof) {
  if (held.size == next.size) {
    if (held.root != next.root) return unauthentic("the same size was cosigned with another root");
    if (!proof.empty()) return unauthentic("a proof between equal sizes is empty");
    return {};
  }
  if (held.size == 0) {
    // Everything extends nothing; the specification asks for an empty proof then.
    return proof.empty() ? Status() : unauthentic("a proof from size 0 is empty");
  }
  return verify_consistency(held, next, proof);
}

}  // namespace

std::string log_page(std::string_view origin) {
  return to_hex(seal::sha256(view_of(origin)));
}

std::string to_text(const AddCheckpoint& request) {
  std::string out = std::string(kOld) + std::to_string(request.old_size) + "\n";
  for (const Digest& hash : request.proof) out += to_base64(hash) + "\n";
  return out + "\n" + request.checkpoint;
}

Result<AddCheckpoint> parse_add_checkpoint(std::string_view text) {
  AddCheckpoint out;
  auto line = next_line(text);
  if (!line || !line->starts_with(kOld)) return invalid("the request does not begin with `old`");
  const auto old_size = parse_decimal(line->substr(kOld.size()));
  if (!old_size) return invalid("the old size is not a number");
  out.old_size = *old_size;
  for (line = next_line(text); line && !line->empty(); line = next_line(text)) {
    if (out.proof.size() == kProofLinesMax) return invalid("the proof is too long");
    const auto hash = parse_hash(*line);
    if (!hash) return invalid("a line of the proof is not a hash of 32 bytes");
    out.proof.push_back(*hash);
  }
  if (!line) return invalid("the request has no checkpoint");
  out.checkpoint = text;
  return out;
}

Result<std::string> origin_of(const AddCheckpoint& request) {
  TRY(note, parse_note(request.checkpoint));
  std::string_view text = note.text;
  const auto line = next_line(text);
  if (!line || line->empty()) return invalid("the checkpoint names no log");
  return std::string(*line);
}

WitnessJudgement judge_checkpoint(const AddCheckpoint& request, const NoteKey* log,
                                  const TreeHead& held) {
  const auto note = parse_note(request.checkpoint);
  if (!note) return refused(WitnessVerdict::kMalformed, note.error().message);
  if (log == nullptr) {
    return refused(WitnessVerdict::kUnknownLog, "this witness does not watch that log");
  }
  const auto verified = verify_note(*note, {log, 1});
  if (!verified) return refused(WitnessVerdict::kUntrusted, verified.error().message);
  const auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return refused(WitnessVerdict::kMalformed, checkpoint.error().message);
  if (checkpoint->origin != log->name()) {
    return refused(WitnessVerdict::kUntrusted, "the checkpoint is of another log than its key");
  }
  Note alone{note->text, {}};
  for (const NoteSignature& signature : note->signatures) {
    const bool logs = signature.name == log->name() && signature.key_id == log->id();
    if (logs) alone.signatures.push_back(signature);
  }
  WitnessJudgement out{WitnessVerdict::kCosign, "", *checkpoint, to_text(alone)};
  if (request.old_size > checkpoint->head.size) {
    out.verdict = WitnessVerdict::kMalformed;
    out.sentence = "the old size is larger than the checkpoint's";
  } else if (request.old_size != held.size) {
    out.verdict = WitnessVerdict::kOtherSize;
    out.sentence = "this witness holds size " + std::to_string(held.size);
  } else if (const Status fits = extends(held, checkpoint->head, request.proof); !fits) {
    out.verdict = WitnessVerdict::kDoesNotFit;
    out.sentence = fits.error().message;
  }
  return out;
}

}  // namespace safeconduct::ledger
