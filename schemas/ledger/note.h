// C2SP signed notes (v1.0.0): a text and lines that sign it, each by a named key. Checkpoints,
// directories and policies are notes. Grammar: schemas/FORMATS.md, "Ledger".
#pragma once

#include <span>
#include <vector>

#include "schemas/ledger/note_key.h"

namespace safeconduct::ledger {

inline constexpr std::size_t kNoteBytesMax = 1'000'000;  // as golang.org/x/mod/sumdb/note
inline constexpr std::size_t kNoteSignaturesMax = 100;   // likewise; C2SP asks for 16 or more

struct NoteSignature {
  std::string name;
  NoteKeyId key_id = 0;
  Bytes signature;  // after the key id; not empty
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

// A note as it came: nothing in it is believed yet.
struct Note {
  std::string text;  // its final LF included
  std::vector<NoteSignature> signatures;
  friend bool operator==(const Note&, const Note&) = default;
};

// Valid UTF-8, no control characters but LF, ends in LF: what can be signed.
[[nodiscard]] bool is_note_text(std::string_view text);

// Errors: kInvalid.
[[nodiscard]] Result<Note> parse_note(std::string_view bytes);
[[nodiscard]] std::string to_text(const Note& note);
// `— <name> <base64>` LF.
[[nodiscard]] std::string signature_line(const NoteSignature& signature);
// Such a line, LF included (what a witness answers). Errors: kInvalid.
[[nodiscard]] Result<NoteSignature> parse_signature_line(std::string_view line);

// Signs with `signing_key` under `name`. The text must be is_note_text, the name is_note_key_name.
[[nodiscard]] NoteSignature sign_text(std::string_view text, const std::string& name,
                                      const seal::SigningKey& signing_key);
// cosignature/v1 at `time_s`, seconds since 1970, 0..2^63-1.
[[nodiscard]] NoteSignature cosign_text(std::string_view text, const std::string& name,
                                        const seal::SigningKey& signing_key, std::uint64_t time_s);
// A note with the one signature of its author.
[[nodiscard]] std::string signed_note(std::string_view text, const std::string& name,
                                      const seal::SigningKey& signing_key);

struct Signatory {
  NoteKey key;
  std::optional<std::uint64_t> time_s;  // cosignatures only
};

// A note of which at least one known key's signature holds, and no known key's fails. Only
// verify_note makes one.
class VerifiedNote {
 public:
  [[nodiscard]] const std::string& text() const { return text_; }
  // Each key once, in the order of the note's lines.
  [[nodiscard]] const std::vector<Signatory>& signatories() const { return signatories_; }
  [[nodiscard]] bool signed_by(const NoteKey& key) const;

 private:
  friend Result<VerifiedNote> verify_note(const Note&, std::span<const NoteKey>);
  VerifiedNote() = default;
  std::string text_;
  std::vector<Signatory> signatories_;
};

// Lines of unknown (name, key id) are ignored. Errors: kUnauthentic (a known key's line does not
// verify, or no line is of a known key).
[[nodiscard]] Result<VerifiedNote> verify_note(const Note& note, std::span<const NoteKey> known);
// Parses, then verifies.
[[nodiscard]] Result<VerifiedNote> open_note(std::string_view bytes,
                                             std::span<const NoteKey> known);

}  // namespace safeconduct::ledger
