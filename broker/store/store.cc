#include "broker/store/store.h"

#include <algorithm>

#include "broker/store/layout.h"
#include "schemas/io/file.h"
#include "schemas/seal/merkle.h"

namespace safeconduct::store {
namespace {

constexpr std::size_t kGenerationNodes = 8192;

// Which parts of an entry each reader gets, written once so that a feed never opens what it skips.
void stage_readers(io::WriteBatch& batch, const core::Emitted& emitted) {
  const ledger::Entry& entry = emitted.entry;
  const std::uint64_t position = entry.leaf.position.value;
  const auto put = [&](std::string_view reader, ledger::PartSet parts) {
    batch.put(kReaders, reader_key(reader, position), ByteView(&parts, 1));
  };
  if (entry.has(ledger::PartKind::kNetwork)) put("", set_of(ledger::PartKind::kNetwork));
  const bool alone = emitted.sender == emitted.recipient;
  ledger::PartSet sender = set_of(ledger::PartKind::kSender);
  if (alone) sender |= set_of(ledger::PartKind::kRecipient);
  if (!emitted.sender.empty()) put(emitted.sender.text(), sender);
  if (!alone && !emitted.recipient.empty()) {
    put(emitted.recipient.text(), set_of(ledger::PartKind::kRecipient));
  }
}

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
  return store;
}

Status Store::load_head() {
  TRY(tree, db_.get(kHead, head_tree_key()));
  if (!tree) return {};
  TRY(frontier, ledger::Frontier::parse(*tree));
  TRY(note, db_.get(kHead, head_note_key()));
  frontier_ = std::move(frontier);
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

Status Store::stage_bodies(io::WriteBatch& batch, const std::vector<BodyWrite>& bodies) {
  for (const BodyWrite& body : bodies) {
    switch (body.fate) {
      case core::BodyFate::kStore:
        TRY_OK(bodies_->put(batch, body.message, body.sealed));
        break;
      case core::BodyFate::kNarrow:
        TRY_OK(bodies_->drop(batch, body.message));
        TRY_OK(bodies_->put(batch, body.message, body.sealed));
        break;
      case core::BodyFate::kDrop:
        TRY_OK(bodies_->drop(batch, body.message));
        break;
    }
  }
  return {};
}

void Store::stage_entries(io::WriteBatch& batch, const std::vector<core::Emitted>& entries,
                          ledger::Frontier& frontier, std::vector<ledger::TreeNode>& nodes) {
  for (const core::Emitted& emitted : entries) {
    // INVARIANT: positions are dense; the core and the tree count alike.
    SC_CHECK(emitted.entry.leaf.position.value == frontier.size());
    frontier.append(ledger::leaf_hash(emitted.entry.leaf), nodes);
    batch.put(kEntries, entry_key(emitted.entry.leaf.position.value),
              ledger::encode_record(emitted.entry));
    stage_readers(batch, emitted);
  }
  for (const ledger::TreeNode& node : nodes) {
    if (node.id.level > 0) batch.put(kNodes, node_key(node.id), node.hash);
  }
}

Status Store::commit(const core::Overlay::Changes& changes,
                     const std::vector<core::Emitted>& entries,
                     const std::vector<BodyWrite>& bodies, const Sign& sign) {
  TRY_OK(health_);
  if (changes.empty() && entries.empty() && bodies.empty()) return {};
  io::WriteBatch batch(db_);
  for (const auto& [key, value] : changes) {
    if (value) {
      batch.put(kState, key, *value);
    } else {
      batch.erase(kState, key);
    }
  }
  ledger::Frontier frontier = frontier_;
  std::vector<ledger::TreeNode> nodes;
  stage_entries(batch, entries, frontier, nodes);
  TRY_OK(stage_bodies(batch, bodies));
  Published next{frontier.head(), published_.note};
  if (!entries.empty()) {
    next.note = sign(next.head);
    batch.put(kHead, head_tree_key(), frontier.serialise());
    batch.put(kHead, head_note_key(), view_of(next.note));
  }
  TRY_OK(bodies_->sync_keys());
  TRY_OK(db_.commit(batch, io::Sync::kYes));
  frontier_ = std::move(frontier);
  published_ = std::move(next);
  remember(nodes);
  return bodies_->end_dropped();
}

Status Store::settle() {
  return bodies_->has_unsynced_ends() ? bodies_->sync_keys() : Status{};
}

void Store::remember(const std::vector<ledger::TreeNode>& nodes) {
  if (young_.size() + nodes.size() > kGenerationNodes) {
    old_ = std::move(young_);
    young_.clear();
  }
  for (const ledger::TreeNode& node : nodes) young_[node.id] = node.hash;
}

Result<ledger::Entry> Store::entry(std::uint64_t position) const {
  TRY(record, db_.get(kEntries, entry_key(position)));
  if (!record) return not_found("the log has no entry " + std::to_string(position));
  return ledger::decode_record(*record);
}

Result<Digest> Store::hash(const ledger::NodeId& node) const {
  for (const auto* generation : {&young_, &old_}) {
    const auto at = generation->find(node);
    if (at != generation->end()) return at->second;
  }
  if (node.level == 0) {
    TRY(record, db_.get(kEntries, entry_key(node.index)));
    if (!record) return not_found("the log has no entry " + std::to_string(node.index));
    TRY(leaf, ledger::leaf_of_record(*record));
    return seal::leaf_hash(leaf);
  }
  TRY(stored, db_.get(kNodes, node_key(node)));
  if (!stored) return not_found("the log has no such complete subtree");
  return fixed<32>(*stored, "tree node");
}

Result<Store::ReadablePage> Store::readable(const AgencyId& agency, std::uint64_t from,
                                            std::size_t count) const {
  std::map<std::uint64_t, ledger::PartSet> found;
  ReadablePage page;
  page.next = size();
  for (const std::string_view reader : {std::string_view(), std::string_view(agency.text())}) {
    std::size_t seen = 0;
    std::uint64_t last = 0;
    const auto take = [&](ByteView key, ByteView value) {
      last = ByteReader(key.last(8)).u64();
      found[last] |= value[0];
      return ++seen < count ? io::Scan::kContinue : io::Scan::kStop;
    };
    TRY_OK(
        db_.scan(kReaders, reader_key(reader, from), reader_key(reader, UINT64_MAX), count, take));
    if (seen == count) page.next = std::min(page.next, last + 1);
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
