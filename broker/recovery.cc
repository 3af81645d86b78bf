#include "broker/recovery.h"

#include <filesystem>

#include "broker/audit/source_nodes.h"
#include "broker/core/core.h"
#include "broker/salts.h"
#include "broker/store/layout.h"
#include "broker/store/store.h"
#include "schemas/ledger/checkpoint.h"

namespace safeconduct::broker {
namespace {

namespace fs = std::filesystem;

// What can be made out of the restored copy; an unreadable one restores nothing.
struct Restored {
  std::unique_ptr<audit::EntrySource> source;
  ledger::TreeHead head{0, ledger::empty_root()};
  std::string origin;
};

Result<Restored> read_restored(const std::string& folder) {
  Restored out;
  TRY(source, audit::open_source(folder));
  TRY(bytes, source->checkpoint());
  TRY(note, ledger::parse_note(bytes));
  TRY(checkpoint, ledger::parse_checkpoint(note.text));
  out.source = std::move(source);
  out.head = checkpoint.head;
  out.origin = checkpoint.origin;
  return out;
}

// The store is what was published, or newer: then there is nothing to recover from.
bool is_whole(const Restored& restored, const store::PublishedHead& published) {
  if (!restored.source || published.head.size > restored.head.size) return false;
  const auto then = ledger::frontier_at(audit::SourceNodes(*restored.source), published.head.size);
  return then && then->root() == published.head.root;
}

std::string head_line(std::string_view word, const ledger::TreeHead& head) {
  return std::string(word) + " " + std::to_string(head.size) + " " + to_base64(head.root) + "\n";
}

Status open_new_log(const std::string& folder, const core::OpenLog& first,
                    const std::string& origin, const seal::SigningKey& signing, Random& random,
                    const Clock& clock) {
  TRY(store, store::Store::open(folder, {}, random));
  RandomSalts salts(random);
  TRY(core, core::Core::load(*store, salts));
  core::Overlay tick(*store);
  const core::Outcome outcome = core.apply(tick, first, clock.now());
  return store->commit(tick.changes(), outcome.entries, {}, [&](const ledger::TreeHead& head) {
    return ledger::sign_checkpoint(origin, head, signing);
  });
}

Result<std::string> free_name(const std::string& stem) {
  std::error_code error;
  for (int n = 1; n < 1000; ++n) {
    const std::string name = stem + ".restored-" + std::to_string(n);
    if (!fs::exists(name, error)) return name;
  }
  return Error{ErrorCode::kConflict, "too many restored stores lie beside `" + stem + "`"};
}

Status rename(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return io::os_error(error.value(), "rename", from);
  return io::sync_directory(io::directory_of(to));
}

}  // namespace

std::string next_origin(const std::string& origin) {
  const std::size_t slash = origin.rfind('/');
  const std::string last = slash == std::string::npos ? origin : origin.substr(slash + 1);
  const bool number =
      !last.empty() && last.size() < 9 && last.find_first_not_of("0123456789") == std::string::npos;
  if (!number) return origin + "/2";
  return origin.substr(0, slash + 1) + std::to_string(std::stoul(last) + 1);
}

Result<Recovered> recover(const Settings& settings, const seal::SigningKey& log_signing,
                          Random& random, const Clock& clock) {
  const std::string& folder = settings.store;
  const std::string fresh = folder + ".new";
  std::error_code error;
  TRY(kept_at, free_name(folder));
  Restored restored;
  if (fs::exists(store::database_path(folder), error)) {
    auto read = read_restored(folder);
    if (read) restored = std::move(*read);
    if (!read && read.error().code == ErrorCode::kUnsupported) return read.error();
  } else {
    return not_found("there is no store at `" + folder +
                     "`; restore the newest backup first, so that the new log can say what is "
                     "missing");
  }
  auto last = store::HeadFile::read(store::published_path(folder));
  store::PublishedHead published{restored.head, {}};
  if (last && *last) published = **last;
  if (last && *last && is_whole(restored, published)) {
    return Error{ErrorCode::kConflict, "the store at `" + folder +
                                           "` holds everything that was published; there is "
                                           "nothing to recover, start without --recover"};
  }
  restored.source.reset();
  const std::string old_origin =
      restored.origin.empty() ? settings.network + "/log" : restored.origin;
  const std::string origin = next_origin(old_origin);
  TRY(log,
      ledger::NoteKey::make(origin, ledger::SignatureType::kEd25519, log_signing.verify_key()));
  const ledger::TreeHead& had = published.head;
  const ledger::TreeHead has = restored.head;
  const std::uint64_t gap = had.size > has.size ? had.size - has.size : 0;
  core::OpenLog first{settings.network, settings.authority.text(), log.text(),
                      "recovery of " + old_origin + "\n" + head_line("published", had) +
                          head_line("restored", has) + "gap " + std::to_string(gap) + "\n"};
  fs::remove_all(fresh, error);  // of a recovery that was interrupted
  TRY_OK(open_new_log(fresh, first, origin, log_signing, random, clock));
  TRY_OK(rename(folder, kept_at));
  TRY_OK(rename(fresh, folder));
  return Recovered{log, kept_at, had, has};
}

}  // namespace safeconduct::broker
