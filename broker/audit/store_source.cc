// The broker's store, or a copy of it, opened without touching it.
#include "broker/audit/store_source.h"

#include "broker/store/head_file.h"
#include "broker/store/layout.h"
#include "broker/store/tree_tiles.h"
#include "schemas/ledger/note.h"

namespace safeconduct::audit {
namespace {

class StoreSource final : public EntrySource {
 public:
  StoreSource(io::KvStore db, std::string folder) : db_(std::move(db)), folder_(std::move(folder)) {
    const auto tree = db_.get(store::kHead, store::head_tree_key());
    if (!tree || !*tree) return;
    if (auto edge = store::TreeEdge::parse(**tree)) edge_ = std::move(*edge);
  }

  Result<std::string> checkpoint() const override {
    TRY(note, db_.get(store::kHead, store::head_note_key()));
    if (!note) return not_found("the store holds no checkpoint yet: its log has no entry");
    return std::string(text_of(*note));
  }

  std::vector<KnownHead> known_heads() const override {
    std::vector<KnownHead> out;
    const auto published = store::HeadFile::read(store::published_path(folder_));
    if (published && *published && !(*published)->note.empty()) {
      out.push_back({"published", (*published)->note});
    }
    const auto cosigned = io::read_file(store::cosigned_path(folder_), ledger::kNoteBytesMax);
    if (cosigned) out.push_back({"cosigned", std::string(text_of(*cosigned))});
    return out;
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

  Result<Bytes> record(std::uint64_t place) const override {
    TRY(record, db_.get(store::kEntries, store::entry_key(place)));
    if (!record) return not_found("the log has no entry " + std::to_string(place));
    return std::move(*record);
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
  std::string folder_;
  std::optional<store::TreeEdge> edge_;  // nothing when it cannot be made out
};

}  // namespace

Result<std::unique_ptr<EntrySource>> open_store(const std::string& folder) {
  TRY(db, io::KvStore::open_read_only(store::database_path(folder), store::store_options()));
  return std::unique_ptr<EntrySource>(std::make_unique<StoreSource>(std::move(db), folder));
}

}  // namespace safeconduct::audit
