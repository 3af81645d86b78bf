// The broker's store, or a copy of it, opened without touching it.
#include "broker/audit/store_source.h"

#include "broker/store/layout.h"
#include "broker/store/tree_tiles.h"

namespace safeconduct::audit {
namespace {

class StoreSource final : public EntrySource {
 public:
  explicit StoreSource(io::KvStore db) : db_(std::move(db)) {
    const auto tree = db_.get(store::kHead, store::head_tree_key());
    if (!tree || !*tree) return;
    if (auto edge = store::TreeEdge::parse(**tree)) edge_ = std::move(*edge);
  }

  Result<std::string> checkpoint() const override {
    TRY(note, db_.get(store::kHead, store::head_note_key()));
    if (!note) return not_found("the store holds no checkpoint yet: its log has no entry");
    return std::string(text_of(*note));
  }

  Status for_each(const Visit& visit) const override {
    std::uint64_t next = 0;
    const auto show = [&](ByteView key, ByteView value) {
      const std::uint64_t place = ByteReader(key).u64();
      next = place + 1;
      return visit(place, to_bytes(value)) ? io::Scan::kContinue : io::Scan::kStop;
    };
    const auto shown = db_.scan(store::kEntries, {}, {}, SIZE_MAX, show);
    if (shown) return {};
    if (shown.error().code != ErrorCode::kCorrupt) return shown.error();
    visit(next, shown.error());
    return {};
  }

  std::optional<Digest> node(const ledger::NodeId& node) const override {
    if (edge_) {
      if (const auto at_edge = edge_->hash(node)) return at_edge;
    }
    const auto stored = store::read_node(db_, node);
    return stored ? *stored : std::nullopt;
  }

 private:
  io::KvStore db_;
  std::optional<store::TreeEdge> edge_;  // nothing when it cannot be made out
};

}  // namespace

Result<std::unique_ptr<EntrySource>> open_store(const std::string& folder) {
  TRY(db, io::KvStore::open_read_only(store::database_path(folder), store::store_options()));
  return std::unique_ptr<EntrySource>(std::make_unique<StoreSource>(std::move(db)));
}

}  // namespace safeconduct::audit
