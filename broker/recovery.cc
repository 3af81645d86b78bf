#include "broker/recovery.h"

#include <filesystem>

#include "broker/core/core.h"
#include "broker/core/keys.h"
#include "broker/salts.h"
#include "broker/store/layout.h"
#include "broker/store/store.h"

namespace safeconduct::broker {
namespace {

namespace fs = std::filesystem;

// What can be made out of the restored database; an unreadable one restores nothing.
struct Restored {
  ledger::Frontier tree;
  std::string origin;
  std::optional<io::KvStore> db;
};

class Nodes final : public ledger::HashReader {
 public:
  explicit Nodes(const io::KvStore& db) : db_(db) {}
  Result<Digest> hash(const ledger::NodeId& node) const override {
    if (node.level == 0) {
      TRY(record, db_.get(store::kEntries, store::entry_key(node.index)));
      if (!record) return not_found("no such entry");
      TRY(entry, ledger::decode_record(*record));
      return ledger::leaf_hash(entry.leaf);
    }
    TRY(stored, db_.get(store::kNodes, store::node_key(node)));
    if (!stored) return not_found("no such subtree");
    return fixed<32>(*stored, "tree node");
  }

 private:
  const io::KvStore& db_;
};

Result<Restored> read_restored(const std::string& folder) {
  Restored out;
  auto db = io::KvStore::open_read_only(store::database_path(folder), store::store_options());
  if (!db) return db.error();
  const auto tree = db->get(store::kHead, store::head_tree_key());
  if (tree && *tree) {
    TRY(frontier, ledger::Frontier::parse(**tree));
    out.tree = std::move(frontier);
  }
  const auto genesis = db->get(store::kState, core::keys::genesis());
  if (genesis && *genesis) {
    const std::string text(text_of(**genesis));
    const std::size_t at = text.find("\nlog ");
    const std::size_t end = at == std::string::npos ? at : text.find('\n', at + 5);
    if (end != std::string::npos) {
      const auto key = ledger::NoteKey::parse(text.substr(at + 5, end - at - 5));
      if (key) out.origin = key->name();
    }
  }
  out.db.emplace(std::move(*db));
  return out;
}

// The store is what was published, or newer: then there is nothing to recover from.
bool is_whole(const Restored& restored, const store::PublishedHead& published) {
  if (!restored.db || published.head.size > restored.tree.size()) return false;
  const Nodes nodes(*restored.db);
  const auto then = ledger::frontier_at(nodes, published.head.size);
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
  store::PublishedHead published{restored.tree.head(), {}};
  if (last && *last) published = **last;
  if (last && *last && is_whole(restored, published)) {
    return Error{ErrorCode::kConflict, "the store at `" + folder +
                                           "` holds everything that was published; there is "
                                           "nothing to recover, start without --recover"};
  }
  restored.db.reset();
  const std::string old_origin =
      restored.origin.empty() ? settings.network + "/log" : restored.origin;
  const std::string origin = next_origin(old_origin);
  TRY(log,
      ledger::NoteKey::make(origin, ledger::SignatureType::kEd25519, log_signing.verify_key()));
  const ledger::TreeHead& had = published.head;
  const ledger::TreeHead has = restored.tree.head();
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
