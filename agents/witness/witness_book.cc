#include "agents/witness/witness_book.h"

#include <filesystem>

#include "schemas/io/file.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/key_file.h"

namespace safeconduct::witness {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kLogsBytesMax = 64 * 1024;
constexpr std::size_t kEvidenceMax = 1000;  // files; a log that lies lies often
constexpr unsigned kReadable = 0644;

WitnessReply plain(int status, const std::string& sentence) {
  return {status, "text/plain", sentence + "\n"};
}

Result<std::vector<ledger::NoteKey>> read_logs(const std::string& path) {
  TRY(bytes, io::read_file(path, kLogsBytesMax));
  std::vector<ledger::NoteKey> out;
  std::string_view rest = text_of(bytes);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    TRY(key, ledger::NoteKey::parse(line));
    out.push_back(std::move(key));
  }
  return out;
}

}  // namespace

Result<ledger::NoteKey> WitnessBook::create(const std::string& folder, const std::string& name,
                                            const std::vector<ledger::NoteKey>& logs,
                                            Random& random) {
  const auto signing = seal::SigningKey::generate(random);
  TRY(key, ledger::NoteKey::make(name, ledger::SignatureType::kCosignature, signing.verify_key()));
  std::error_code error;
  if (!fs::create_directory(folder, error)) {
    if (error) return io::os_error(error.value(), "create", folder);
    return Error{ErrorCode::kConflict, "`" + folder + "` exists; name a folder that does not"};
  }
  for (const char* sub : {"/heads", "/evidence"}) {
    if (!fs::create_directory(folder + sub, error)) {
      return io::os_error(error.value(), "create", folder + sub);
    }
  }
  std::string list;
  for (const ledger::NoteKey& log : logs) list += log.text() + "\n";
  TRY_OK(seal::write_key_file(folder + "/witness.key", signing));
  TRY_OK(io::write_new(folder + "/logs", view_of(list), kReadable));
  TRY_OK(io::write_new(folder + "/name", view_of(name + "\n"), kReadable));
  return key;
}

Result<WitnessBook> WitnessBook::open(const std::string& folder) {
  TRY(signing, seal::read_signing_key(folder + "/witness.key"));
  TRY(name_bytes, io::read_file(folder + "/name", kLogsBytesMax));
  std::string name(text_of(name_bytes));
  if (name.ends_with('\n')) name.pop_back();
  TRY(key, ledger::NoteKey::make(name, ledger::SignatureType::kCosignature, signing.verify_key()));
  TRY(logs, read_logs(folder + "/logs"));
  WitnessBook book(folder, key, std::move(signing));
  for (const ledger::NoteKey& log : logs) TRY_OK(book.load(log));
  return book;
}

Status WitnessBook::load(const ledger::NoteKey& key) {
  Log log{key, {0, ledger::empty_root()}, {}};
  const std::string path = folder_ + "/heads/" + log_page(key.name());
  const auto bytes = io::read_file(path, ledger::kNoteBytesMax);
  if (!bytes && bytes.error().code != ErrorCode::kNotFound) return bytes.error();
  if (bytes) {
    const std::array keys = {key, key_};
    TRY(note, ledger::open_note(text_of(*bytes), keys));
    TRY(checkpoint, ledger::parse_checkpoint(note.text()));
    if (!note.signed_by(key_) || checkpoint.origin != key.name()) {
      return unauthentic("`" + path +
                         "` is not a head that this witness cosigned; restore it: a "
                         "witness that forgets what it cosigned cosigns two truths");
    }
    log.head = checkpoint.head;
    log.note = std::string(text_of(*bytes));
  }
  logs_.emplace(key.name(), std::move(log));
  return {};
}

std::optional<ledger::TreeHead> WitnessBook::head(const std::string& origin) const {
  const auto at = logs_.find(origin);
  if (at == logs_.end() || at->second.note.empty()) return std::nullopt;
  return at->second.head;
}

WitnessReply WitnessBook::add(std::string_view body, Instant now) {
  const auto request = ledger::parse_add_checkpoint(body);
  if (!request) return plain(400, request.error().message);
  const auto origin = ledger::origin_of(*request);
  if (!origin) return plain(400, origin.error().message);
  const auto at = logs_.find(*origin);
  Log* log = at == logs_.end() ? nullptr : &at->second;
  const auto judged = ledger::judge_checkpoint(*request, log == nullptr ? nullptr : &log->key,
                                               log == nullptr ? ledger::TreeHead{} : log->head);
  switch (judged.verdict) {
    case ledger::WitnessVerdict::kCosign:
      return cosign(*log, judged, now);
    case ledger::WitnessVerdict::kOtherSize:
      // The same size signed over another root shows two truths whatever old size is named.
      if (judged.checkpoint.head.size == log->head.size && judged.checkpoint.head != log->head) {
        keep_evidence(*log, judged);
      }
      return {409, "text/x.tlog.size", std::to_string(log->head.size) + "\n"};
    case ledger::WitnessVerdict::kDoesNotFit:
      keep_evidence(*log, judged);
      break;
    case ledger::WitnessVerdict::kMalformed:
    case ledger::WitnessVerdict::kUntrusted:
    case ledger::WitnessVerdict::kUnknownLog:
      break;
  }
  return plain(static_cast<int>(judged.verdict), judged.sentence);
}

WitnessReply WitnessBook::cosign(Log& log, const ledger::WitnessJudgement& judged, Instant now) {
  const std::string text = judged.log_note.substr(0, judged.log_note.find("\n\n") + 1);
  const auto time_s = static_cast<std::uint64_t>(now.ms / 1000);
  const auto line =
      ledger::signature_line(ledger::cosign_text(text, key_.name(), signing_, time_s));
  const std::string note = judged.log_note + line;
  // INVARIANT: on the disk before anybody has the cosignature.
  const Status kept =
      io::write_durably(folder_ + "/heads/" + log_page(log.key.name()), view_of(note), kReadable);
  if (!kept) return plain(500, "the head could not be kept, so it is not cosigned");
  log.head = judged.checkpoint.head;
  log.note = note;
  return {200, "text/plain", line};
}

void WitnessBook::keep_evidence(const Log& log, const ledger::WitnessJudgement& judged) {
  const std::string text = "two heads of one log that do not fit each other\n\ncosigned before:\n" +
                           log.note + "\nshown now:\n" + judged.log_note;
  const std::string stem = folder_ + "/evidence/" + log_page(log.key.name()) + "-" +
                           std::to_string(judged.checkpoint.head.size) + "-";
  for (std::size_t n = 1; n <= kEvidenceMax; ++n) {
    const Status kept = io::write_new(stem + std::to_string(n) + ".txt", view_of(text), kReadable);
    if (kept) ++evidence_;
    if (kept || kept.error().code != ErrorCode::kConflict) return;
  }
}

WitnessReply WitnessBook::checkpoint(std::string_view log) const {
  for (const auto& [origin, held] : logs_) {
    if (log_page(origin) == log && !held.note.empty()) return {200, "text/plain", held.note};
  }
  return plain(404, "this witness has cosigned no head of that log");
}

}  // namespace safeconduct::witness
