// A short log with everything real: keys, sealed messages, signatures, tree and checkpoint. Tests
// change it as they like; resign() is what only the holder of the log's key can do.
#pragma once

#include <map>

#include "broker/audit/entry_source.h"
#include "broker/core/core.h"
#include "schemas/ledger/trust.h"
#include "schemas/seal/batch_sign.h"
#include "schemas/seal/x25519.h"

namespace safeconduct::audit {

// Records in memory, and the tree hashes that a store would have beside them.
class MemorySource final : public EntrySource {
 public:
  std::string note;
  std::vector<std::pair<std::uint64_t, Bytes>> records;  // by place
  std::map<ledger::NodeId, Digest> nodes;

  Result<std::string> checkpoint() const override { return note; }
  Status for_each(const Visit& visit) const override;
  std::optional<Digest> node(const ledger::NodeId& node) const override;

  [[nodiscard]] ledger::Entry entry(std::uint64_t place) const;
  void put(std::uint64_t place, const ledger::Entry& entry);
};

struct Agency {
  AgencyId id;
  std::string role;
  seal::SigningKey signing;
  seal::SealingKey sealing;
};

// What a tick of the broker would write.
struct WrittenTick {
  std::unique_ptr<core::Overlay> overlay;
  std::vector<core::Emitted> entries;
};

class SignedLog {
 public:
  // Genesis, directory, policy, two cards, a consent; then message 1 received, 2 refused, 3 given
  // and withdrawn, 4 expired; a refused frame; a list viewed; heartbeats up to `entries`.
  explicit SignedLog(std::uint64_t entries = 0);

  MemorySource source;
  std::vector<WrittenTick> ticks;
  bool keep_ticks = true;  // they weigh more than the log
  // Where things lie.
  std::uint64_t submission = 0;
  std::uint64_t refused = 0;
  std::uint64_t delivery = 0;
  std::uint64_t receipt = 0;
  std::uint64_t withdrawal = 0;
  std::uint64_t action = 0;
  MessageId first_message;

  Duration pace = seconds(1);  // between entries
  // Under a new consent, messages that are submitted, given and received, `sign_batch` under one
  // signature.
  void refer(std::size_t count, std::size_t sign_batch);

  core::Outcome apply(const core::Command& command);
  void wait(Duration time) { now_ = now_ + time; }
  // A rule of retention in a note of so many officers.
  core::Outcome rule(wire::RecordKind kind, const std::string& text, std::size_t officers);

  [[nodiscard]] std::string trust_text() const;
  [[nodiscard]] ledger::TrustPolicy trust() const;
  // Tree and checkpoint over the records as they are now.
  void resign();
  [[nodiscard]] std::string sign(const ledger::TreeHead& head) const;

 private:
  struct Letter {
    bool consent = true;
    Duration life = hours(72);
  };

  void put_in_force();
  void tell_story();
  [[nodiscard]] wire::SignedRecord record(const Agency& agency, wire::RecordKind kind,
                                          Bytes body) const;
  [[nodiscard]] core::RecordAction looked();
  [[nodiscard]] core::PutCard card(const Agency& agency) const;
  [[nodiscard]] core::PutConsent consent();
  [[nodiscard]] core::Submit letter(const Letter& letter);
  [[nodiscard]] core::TakeReceipt receipt_for(const core::Given& given);
  [[nodiscard]] wire::BatchSignature batch(const Agency& agency, seal::BatchKind kind,
                                           const Digest& digest);

  SystemRandom random_;
  seal::SigningKey authority_;
  seal::SigningKey log_key_;
  seal::SigningKey anna_;
  seal::SigningKey bela_;
  Agency ngo_;
  Agency haven_;
  ConsentId consent_;
  Instant now_{1'764'000'000'000};
  core::MapState state_;
  std::unique_ptr<core::Salts> salts_;
  core::Core core_;
};

}  // namespace safeconduct::audit
