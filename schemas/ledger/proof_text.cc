#include "schemas/ledger/proof_text.h"

#include "schemas/ledger/text_fields.h"

namespace safeconduct::ledger {
namespace {

// "c2sp.org/tlog-proof@v1" LF ["extra " base64 LF] "index " decimal LF
// 0*63(base64(hash[32]) LF) LF checkpoint
constexpr std::string_view kFirstLine = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";
constexpr std::size_t kPathHashesMax = 63;
constexpr std::size_t kProofTextBytesMax = 2 * kNoteBytesMax;

Error bad_proof(std::string_view why) {
  return invalid("not a proof file: " + std::string(why));
}

Status check_form(std::string_view checkpoint) {
  TRY(note, parse_note(checkpoint));
  TRY_OK(parse_checkpoint(note.text));
  return {};
}

}  // namespace

std::string to_text(const ProofText& proof) {
  SC_CHECK(proof.path.size() <= kPathHashesMax);
  std::string out = std::string(kFirstLine) + "\n";
  if (proof.extra) out += std::string(kExtra) + to_base64(*proof.extra) + "\n";
  out += std::string(kIndex) + std::to_string(proof.index) + "\n";
  for (const Digest& hash : proof.path) out += to_base64(hash) + "\n";
  return out + "\n" + proof.checkpoint;
}

Result<ProofText> parse_proof_text(std::string_view text) {
  if (text.size() > kProofTextBytesMax) return bad_proof("it is too long");
  if (next_line(text) != kFirstLine) {
    return bad_proof("it does not begin with `" + std::string(kFirstLine) + "`");
  }
  ProofText proof;
  auto line = next_line(text);
  if (line && line->starts_with(kExtra)) {
    TRY(extra, from_base64(line->substr(kExtra.size())));
    proof.extra = std::move(extra);
    line = next_line(text);
  }
  if (!line || !line->starts_with(kIndex)) return bad_proof("it has no index");
  const auto index = parse_decimal(line->substr(kIndex.size()));
  if (!index) return bad_proof("its index is not a number");
  proof.index = *index;
  for (line = next_line(text); line && !line->empty(); line = next_line(text)) {
    if (proof.path.size() == kPathHashesMax) return bad_proof("its path is too long");
    const auto hash = parse_hash(*line);
    if (!hash) return bad_proof("a line of its path is not a hash of 32 bytes");
    proof.path.push_back(*hash);
  }
  if (!line) return bad_proof("it has no checkpoint");
  TRY_OK(check_form(text));
  proof.checkpoint = text;
  return proof;
}

Result<Checkpoint> check_proof(const ProofText& proof, const Digest& leaf_hash,
                               std::string_view origin, const NoteKey& log_key) {
  TRY(checkpoint, open_checkpoint(proof.checkpoint, origin, log_key));
  TRY_OK(verify_inclusion(leaf_hash, proof.index, checkpoint.head, proof.path));
  return checkpoint;
}

}  // namespace safeconduct::ledger
