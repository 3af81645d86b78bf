// The broker's durable state: the core's state, the ledger, who may read what of it, and sealed
// bodies. One tick is one synced batch. Thread: one at a time, but for what says otherwise.
#pragma once

#include <functional>
#include <memory>

#include "broker/core/outcome.h"
#include "broker/core/state_view.h"
#include "broker/store/bodies.h"
#include "broker/store/head_file.h"
#include "broker/store/node_cache.h"
#include "broker/store/readers.h"
#include "broker/store/tree_tiles.h"
#include "schemas/io/beside.h"
#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/proof.h"

namespace safeconduct::store {

// A body to keep (kStore, kNarrow) or to destroy (kDrop, `sealed` empty).
struct BodyWrite {
  MessageId message;
  core::BodyFate fate = core::BodyFate::kDrop;
  ByteView sealed;
};

struct StoreOptions {
  bool create_if_missing = true;
  bool compress = true;            // off where tests search the files
  io::FaultyDisk* disk = nullptr;  // tests only
};

// What was published last.
struct Published {
  ledger::TreeHead head;
  std::string note;  // signed checkpoint; empty before the first commit
};

class Store final : public core::StateView, public ledger::HashReader {
 public:
  // `folder` is created (0700) when missing. Errors: those of io::KvStore and io::KeySlotFile;
  // kCorrupt when the tree does not hold what was published last (an older copy was put back).
  [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::string& folder,
                                                           const StoreOptions& options,
                                                           Random& random);
  ~Store() override;

  // --- the core's state
  [[nodiscard]] std::optional<Bytes> get(ByteView key) const override;
  void range(ByteView from, ByteView to, const Visit& visit) const override;
  [[nodiscard]] Status health() const override { return health_; }

  // --- the ledger
  // Signs the head after each batch. Called once per commit, before anything is written.
  using Sign = std::function<std::string(const ledger::TreeHead&)>;

  // Everything of a tick, durable when this returns ok, the published head too; nothing of it may
  // be told to anybody otherwise. After an error the
  // store must be opened anew. Keys of bodies that it drops are overwritten at once, on the disk
  // with the next commit or settle(). `meanwhile` is called while the disk is waited for; it must
  // not touch the store.
  [[nodiscard]] Status commit(const core::Changes& changes,
                              const std::vector<core::Emitted>& entries,
                              const std::vector<BodyWrite>& bodies, const Sign& sign,
                              const io::Beside::Meanwhile& meanwhile = {});
  // Destroys these parts with the next commit, whose entries say so.
  void also_prune(core::Pruned pruned) { prunings_.push_back(std::move(pruned)); }
  // Brings overwritten keys to the disk; nothing when there are none.
  [[nodiscard]] Status settle();

  [[nodiscard]] const Published& published() const { return published_; }
  [[nodiscard]] std::uint64_t size() const { return frontier_.size(); }
  // Errors: kNotFound, kIo, kCorrupt.
  [[nodiscard]] Result<ledger::Entry> entry(std::uint64_t position) const;
  [[nodiscard]] Result<Digest> hash(const ledger::NodeId& node) const override;
  // What the agency may read from `from` on: its own parts and everyone's; at most `count`
  // positions, ascending. `next`: where to go on.
  struct ReadablePage {
    std::vector<Readable> entries;
    std::uint64_t next = 0;
  };
  [[nodiscard]] Result<ReadablePage> readable(const AgencyId& agency, std::uint64_t from,
                                              std::size_t count) const;

  // --- sealed bodies: wire::encode_sealed
  [[nodiscard]] Result<std::optional<Bytes>> body(const MessageId& message) const {
    return bodies_->read(message);
  }
  [[nodiscard]] std::size_t memory_bytes() const { return db_.memory_bytes(); }

 private:
  explicit Store(io::KvStore db) : db_(std::move(db)), batch_(db_) {}
  [[nodiscard]] Status load_head();
  [[nodiscard]] Status check_published(const std::string& folder) const;
  [[nodiscard]] Status stage_bodies(const std::vector<BodyWrite>& bodies);
  void stage_entries(const std::vector<core::Emitted>& entries);
  void stage_head();
  [[nodiscard]] Status stage_prunings();

  io::KvStore db_;
  io::WriteBatch batch_;  // of one commit at a time; keeps its memory
  std::unique_ptr<Bodies> bodies_;
  std::optional<HeadFile> head_file_;
  std::vector<core::Pruned> prunings_;
  // Ahead of what is durable only within commit().
  ledger::Frontier frontier_;
  TreeEdge edge_;
  NodeCache nodes_;
  Published published_;
  io::Beside disk_;
  mutable Status health_;
};

}  // namespace safeconduct::store
