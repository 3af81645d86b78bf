#include "agents/cli/policy_note.h"

#include "policies/parse.h"
#include "schemas/io/file.h"
#include "schemas/ledger/note.h"

namespace safeconduct::cli {
namespace {

constexpr unsigned kPublic = 0644;

Error conflict(std::string message) {
  return {ErrorCode::kConflict, std::move(message)};
}

PolicyNote summary(const ledger::Note& note) {
  PolicyNote out{to_text(note), {}};
  for (const auto& line : note.signatures) out.officers.push_back(line.name);
  return out;
}

// Ed25519 is deterministic: the same key gives the same bytes under whatever name.
bool is_by(const ledger::NoteSignature& line, const ledger::NoteSignature& mine) {
  return line.name == mine.name || line.signature == mine.signature;
}

}  // namespace

Result<policies::CompiledPolicy> read_policy(const std::string& path) {
  TRY(bytes, io::read_file(path, policies::kPolicyBytesMax));
  return policies::compile_text(text_of(bytes), path);
}

Result<wire::PolicyNoteText> read_note_text(const std::string& note_path) {
  TRY(bytes, io::read_file(note_path, ledger::kNoteBytesMax));
  TRY(note, ledger::parse_note(text_of(bytes)));
  return wire::parse_policy_note_text(note.text);
}

Result<PolicyNote> sign_note(const std::string& text, const std::string& note_path,
                             const std::string& name, const seal::SigningKey& key) {
  if (!ledger::is_note_key_name(name)) {
    return invalid("`" + name + "` is no name of an officer's key; give the one of its vkey");
  }
  const ledger::NoteSignature mine = ledger::sign_text(text, name, key);
  auto there = io::read_file(note_path, ledger::kNoteBytesMax);
  if (!there && there.error().code != ErrorCode::kNotFound) return std::move(there).error();
  if (!there) {
    const ledger::Note first{text, {mine}};
    TRY_OK(io::write_new(note_path, view_of(to_text(first)), kPublic));
    return summary(first);
  }
  TRY(note, ledger::parse_note(text_of(*there)));
  if (note.text != text) {
    return conflict("`" + note_path +
                    "` holds another policy; choose another file, or compare the two with "
                    "`safeconduct policy format`");
  }
  for (const ledger::NoteSignature& line : note.signatures) {
    if (!is_by(line, mine)) continue;
    return conflict("`" + line.name + "` has signed `" + note_path +
                    "` already; the next signature must be another officer's");
  }
  note.signatures.push_back(mine);
  TRY_OK(io::write_durably(note_path, view_of(to_text(note)), kPublic));
  return summary(note);
}

}  // namespace safeconduct::cli
