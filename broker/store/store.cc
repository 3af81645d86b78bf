#include "broker/store/store.h"

#include <algorithm>

#include "broker/store/layout.h"
#include "schemas/io/file.h"
#include "schemas/seal/merkle.h"

namespace safeconduct::store {
namespace {

// A larger batch gives its memory back.
constexpr std::size_t kBatchBytesKept = 2 * 1024 * 1024;

}  // namespace

Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& folder, const StoreOptions& options,
                                           Random& random) {
  TRY_OK(io::make_private_directory(folder));
  io::KvOptions kv = store_options();
  kv.create_if_missing = options.create_if_missing;
  kv.compress = options.compress;
  kv.disk = options.disk;
  TRY(db, io::KvStore::open(database_path(folder), kv));
  std::unique_ptr<Store> store(new Store(std::move(db)));
  io::KeySlotOptions slots;
  slots.disk = options.disk;
  TRY(file, io::KeySlotFile::open(key_slot_path(folder), slots));
  TRY(bodies, Bodies::open(store->db_, std::move(file), random));
  store->bodies_ = std::make_unique<Bodies>(std::move(bodies));
  TRY_OK(store->load_head());
  // A store without the file is either new or not the broker's own any more.
  auto head_file =
      HeadFile::open(published_path(folder), store->published_.note.empty(), options.disk);
  if (!head_file && head_file.error().code == ErrorCode::kNotFound) {
    return corrupt("`" + published_path(folder) +
                   "`, which names the head that was published last, is missing beside the store; "
                   "without it nobody can say whether this store is the newest: restore the file, "
                   "or open a new log with --recover");
  }
  if (!head_file) return head_file.error();
  store->head_file_.emplace(std::move(*head_file));
  TRY_OK(store->check_published(folder));
  return store;
}

// INVARIANT: whatever was published is a prefix of what is here, or nothing is ever signed.
Status Store::check_published(const std::string& folder) const {
  const auto& last = head_file_->last();
  if (!last) return {};
  const std::string advice =
      "; this broker will not sign a second truth: put the newest store back, or, when it is "
      "lost, open a new log with --recover, to which the agencies send again";
  if (last->head.size > size()) {
    return corrupt("the store at `" + folder + "` is older than what was published: it holds " +
                   std::to_string(size()) + " entries, the log published " +
                   std::to_string(last->head.size) + " (a backup or an older copy was put back)" +
                   advice);
  }
  TRY(then, ledger::frontier_at(*this, last->head.size));
  if (then.root() == last->head.root) return {};
  return corrupt(
      "the store at `" + folder + "` holds other entries than were published: its first " +
      std::to_string(last->head.size) + " do not lead to the root that the log signed" + advice);
}

Status Store::load_head() {
  TRY(tree, db_.get(kHead, head_tree_key()));
  if (!tree) return {};
  TRY(edge, TreeEdge::parse(*tree));
  TRY(note, db_.get(kHead, head_note_key()));
  frontier_ = edge.frontier();
  edge_ = std::move(edge);
  const auto nodes = ledger::frontier_nodes(size());
  for (std::size_t i = 0; i < nodes.size(); ++i) nodes_.add({nodes[i], frontier_.subtrees()[i]});
  published_.head = frontier_.head();
  if (note) published_.note = std::string(text_of(*note));
  const bool ends_here = !db_.get(kEntries, entry_key(size()))->has_value();
  const bool has_last = size() == 0 || db_.get(kEntries, entry_key(size() - 1))->has_value();
  if (!ends_here || !has_last) {
    return corrupt(
        "the log's entries do not end where its head says; run `safeconduct audit "
        "verify` on a copy of the store");
  }
  return {};
}

std::optional<Bytes> Store::get(ByteView key) const {
  auto value = db_.get(kState, key);
  if (value) return std::move(*value);
  health_ = std::move(value).error();
  return std::nullopt;
}

void Store::range(ByteView from, ByteView to, const Visit& visit) const {
  const auto shown = db_.scan(kState, from, to, SIZE_MAX, [&](ByteView key, ByteView value) {
    return visit(key, value) ? io::Scan::kContinue : io::Scan::kStop;
  });
  if (!shown) health_ = shown.error();
}

Status Store::stage_bodies(const std::vector<BodyWrite>& bodies) {
  for (const BodyWrite& body : bodies) {
    switch (body.fate) {
      case core::BodyFate::kStore:
        TRY_OK(bodies_->put(batch_, body.message, body.sealed));
        break;
      case core::BodyFate::kNarrow:
        TRY_OK(bodies_->drop(batch_, body.message));
        TRY_OK(bodies_->put(batch_, body.message, body.sealed));
        break;
      case core::BodyFate::kDrop:
        TRY_OK(bodies_->drop(batch_, body.message));
        break;
    }
  }
  return {};
}

void Store::stage_entries(const std::vector<core::Emitted>& entries) {
  std::vector<ledger::TreeNode> nodes;
  Bytes record;
  for (const core::Emitted& emitted : entries) {
    // INVARIANT: positions are dense; the core and the tree count alike.
    SC_CHECK(emitted.entry.leaf.position.value == frontier_.size());
    ledger::encode_record(emitted.entry, record);
    frontier_.append(seal::leaf_hash(ledger::leaf_of_record(record).value()), nodes);
    batch_.put(kEntries, entry_key(emitted.entry.leaf.position.value), record);
  }
  stage_readers(batch_, entries);
  std::vector<Tile> tiles;
  edge_.add(nodes, tiles);
  for (const Tile& tile : tiles) stage_tile(batch_, tile);
  for (const ledger::TreeNode& node : nodes) nodes_.add(node);
}

// The part and its salt go; the leaf stays, and with it every proof.
Status Store::stage_prunings() {
  for (const core::Pruned& pruned : std::exchange(prunings_, {})) {
    for (std::uint64_t at = pruned.from; at < pruned.to; ++at) {
      if (std::binary_search(pruned.spared.begin(), pruned.spared.end(), at)) continue;
      TRY(before, entry(at));
      if (!before.part(pruned.part)) continue;
      before.part(pruned.part).reset();
      batch_.put(kEntries, entry_key(at), ledger::encode_record(before));
    }
  }
  return {};
}

Status Store::commit(const core::Changes& changes, const std::vector<core::Emitted>& entries,
                     const std::vector<BodyWrite>& bodies, const Sign& sign,
                     const io::Beside::Meanwhile& meanwhile) {
  TRY_OK(health_);
  if (changes.empty() && entries.empty() && bodies.empty()) return {};
  if (batch_.bytes() > kBatchBytesKept) batch_ = io::WriteBatch(db_);
  batch_.clear();
  for (const core::Change& change : changes) {
    if (change.value) {
      batch_.put(kState, change.key, *change.value);
    } else {
      batch_.erase(kState, change.key);
    }
  }
  stage_entries(entries);
  TRY_OK(stage_bodies(bodies));
  TRY_OK(stage_prunings());
  Published next{frontier_.head(), published_.note};
  if (!entries.empty()) {
    next.note = sign(next.head);
    batch_.put(kHead, head_tree_key(), edge_.serialise());
    batch_.put(kHead, head_note_key(), view_of(next.note));
  }
  // The head after the batch and before anybody is told: a crash in between leaves the file behind
  // the store, which is no lie; the other way round it would look like a store that was put back.
  const auto write = [&]() -> Status {
    TRY_OK(bodies_->sync_keys());
    TRY_OK(db_.commit(batch_, io::Sync::kYes));
    return entries.empty() ? Status{} : head_file_->write(next.head, next.note);
  };
  TRY_OK(disk_.run(write, meanwhile));
  published_ = std::move(next);
  return bodies_->end_dropped();
}

Status Store::settle() {
  return bodies_->has_unsynced_ends() ? bodies_->sync_keys() : Status{};
}

Result<ledger::Entry> Store::entry(std::uint64_t position) const {
  TRY(record, db_.get(kEntries, entry_key(position)));
  if (!record) return not_found("the log has no entry " + std::to_string(position));
  return ledger::decode_record(*record);
}

Result<Digest> Store::hash(const ledger::NodeId& node) const {
  if (const Digest* known = nodes_.find(node)) return *known;
  if (const auto at_edge = edge_.hash(node)) return *at_edge;
  TRY(stored, read_node(db_, node));
  if (!stored) return not_found("the log has no such complete subtree");
  return *stored;
}

Result<Store::ReadablePage> Store::readable(const AgencyId& agency, std::uint64_t from,
                                            std::size_t count) const {
  std::map<std::uint64_t, ledger::PartSet> found;
  ReadablePage page;
  page.next = size();
  for (const std::string_view reader : {std::string_view(), std::string_view(agency.text())}) {
    TRY(positions, read_readers(db_, reader, from, count));
    for (const Readable& one : positions) found[one.position] |= one.parts;
    if (positions.size() == count) page.next = std::min(page.next, positions.back().position + 1);
  }
  for (const auto& [position, parts] : found) {
    if (position < page.next && page.entries.size() < count) {
      page.entries.push_back({position, parts});
    }
  }
  if (page.entries.size() == count) page.next = page.entries.back().position + 1;
  return page;
}

}  // namespace safeconduct::store
