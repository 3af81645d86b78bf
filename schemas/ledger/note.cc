#include "schemas/ledger/note.h"

#include <algorithm>

#include "schemas/base/codec.h"
#include "schemas/ledger/utf8.h"

namespace safeconduct::ledger {
namespace {

// note      = text LF 1*line           ; the last empty line divides; text ends in LF
// line      = U+2014 SP name SP base64(key id u32 || signature) LF
// signature = 64 bytes over the text                                    ; Ed25519
//           | time u64 || 64 bytes over "cosignature/v1" LF "time " decimal LF text
constexpr std::string_view kDash = "\xe2\x80\x94 ";
constexpr std::size_t kKeyIdBytes = 4;
constexpr std::uint64_t kTimeMax = INT64_MAX;

Error bad_note(std::string_view why) {
  return invalid("not a signed note: " + std::string(why));
}

// UTF-8 without control characters but LF.
bool is_printable(std::string_view text) {
  while (!text.empty()) {
    const auto code_point = next_code_point(text);
    if (!code_point || (*code_point < 0x20 && *code_point != '\n')) return false;
  }
  return true;
}

std::string cosigned_message(std::string_view text, std::uint64_t time_s) {
  return "cosignature/v1\ntime " + std::to_string(time_s) + "\n" + std::string(text);
}

NoteKeyId id_of(const std::string& name, SignatureType type, const seal::VerifyKey& key) {
  return NoteKey::make(name, type, key).value().id();
}

// Who signed, when the signature holds.
std::optional<Signatory> check_signature(const NoteKey& key, std::string_view text,
                                         ByteView signature) {
  ByteReader reader(signature);
  std::optional<std::uint64_t> time_s;
  std::string message;
  switch (key.type()) {
    case SignatureType::kEd25519:
      message = text;
      break;
    case SignatureType::kCosignature:
      time_s = reader.u64();
      if (*time_s > kTimeMax) return std::nullopt;
      message = cosigned_message(text, *time_s);
      break;
  }
  const auto ed25519 = reader.array<64>();
  if (!reader.finish("a signature")) return std::nullopt;
  if (!seal::verify(key.key(), view_of(message), ed25519)) return std::nullopt;
  return Signatory{key, time_s};
}

}  // namespace

bool is_note_text(std::string_view text) {
  return !text.empty() && text.back() == '\n' && is_printable(text);
}

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > kNoteBytesMax) return bad_note("it is too long");
  if (!is_note_text(bytes)) {
    return bad_note("it has control characters, is not UTF-8 or does not end in a line feed");
  }
  const std::size_t divider = bytes.rfind("\n\n");
  if (divider == std::string_view::npos) return bad_note("no empty line before the signatures");
  Note note;
  note.text = bytes.substr(0, divider + 1);
  std::string_view lines = bytes.substr(divider + 2);
  if (lines.empty()) return bad_note("it has no signature");
  while (!lines.empty()) {
    if (note.signatures.size() == kNoteSignaturesMax) return bad_note("too many signatures");
    const std::size_t end = lines.find('\n') + 1;
    TRY(signature, parse_signature_line(lines.substr(0, end)));
    note.signatures.push_back(std::move(signature));
    lines.remove_prefix(end);
  }
  return note;
}

std::string to_text(const Note& note) {
  std::string out = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) out += signature_line(signature);
  return out;
}

std::string signature_line(const NoteSignature& signature) {
  ByteWriter raw;
  raw.u32(signature.key_id).raw(signature.signature);
  return std::string(kDash) + signature.name + " " + to_base64(raw.bytes()) + "\n";
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
  if (!line.starts_with(kDash) || !line.ends_with('\n')) {
    return bad_note("a signature's line does not begin with a dash or does not end");
  }
  line.remove_prefix(kDash.size());
  line.remove_suffix(1);
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_note_key_name(line.substr(0, space))) {
    return bad_note("a signature's line names no key");
  }
  const auto raw = from_base64(line.substr(space + 1));
  if (!raw || raw->size() <= kKeyIdBytes) return bad_note("a signature is not base64 or too short");
  NoteSignature signature;
  signature.name = line.substr(0, space);
  ByteReader reader(raw.value());
  signature.key_id = reader.u32();
  signature.signature = to_bytes(reader.raw(reader.remaining()));
  return signature;
}

NoteSignature sign_text(std::string_view text, const std::string& name,
                        const seal::SigningKey& signing_key) {
  SC_CHECK(is_note_text(text));
  const NoteKeyId id = id_of(name, SignatureType::kEd25519, signing_key.verify_key());
  const seal::Signature signature = signing_key.sign(view_of(text));
  return {name, id, to_bytes(signature)};
}

NoteSignature cosign_text(std::string_view text, const std::string& name,
                          const seal::SigningKey& signing_key, std::uint64_t time_s) {
  SC_CHECK(is_note_text(text) && time_s <= kTimeMax);
  const NoteKeyId id = id_of(name, SignatureType::kCosignature, signing_key.verify_key());
  ByteWriter writer;
  writer.u64(time_s).raw(signing_key.sign(view_of(cosigned_message(text, time_s))));
  return {name, id, writer.take()};
}

std::string signed_note(std::string_view text, const std::string& name,
                        const seal::SigningKey& signing_key) {
  return std::string(text) + "\n" + signature_line(sign_text(text, name, signing_key));
}

bool VerifiedNote::signed_by(const NoteKey& key) const {
  return std::any_of(signatories_.begin(), signatories_.end(),
                     [&](const Signatory& signatory) { return signatory.key == key; });
}

Result<VerifiedNote> verify_note(const Note& note, std::span<const NoteKey> known) {
  VerifiedNote verified;
  for (const NoteSignature& line : note.signatures) {
    for (const NoteKey& key : known) {
      if (key.name() != line.name || key.id() != line.key_id) continue;
      auto signatory = check_signature(key, note.text, line.signature);
      if (!signatory) {
        return unauthentic("the signature of `" + key.name() +
                           "` does not verify; do not use the note");
      }
      if (!verified.signed_by(key)) verified.signatories_.push_back(std::move(*signatory));
    }
  }
  if (verified.signatories_.empty()) {
    return unauthentic("no signature of the note is of a known key");
  }
  verified.text_ = note.text;
  return verified;
}

Result<VerifiedNote> open_note(std::string_view bytes, std::span<const NoteKey> known) {
  TRY(note, parse_note(bytes));
  return verify_note(note, known);
}

}  // namespace safeconduct::ledger
