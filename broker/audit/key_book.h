// The signing keys that agencies ever had, as the directories of the log say, and what they signed.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <set>

#include "broker/core/knowledge.h"
#include "schemas/seal/batch_sign.h"

namespace safeconduct::audit {

// Signatures of batch roots that hold, so that sixty-four messages of one batch cost one
// verification. Thread-safe; bounded.
class HoldingRoots {
 public:
  [[nodiscard]] bool holds(const seal::VerifyKey& key, seal::BatchKind kind, const Digest& root,
                           const ByteArray<64>& signature);

 private:
  std::mutex mutex_;
  std::set<Digest> young_;
  std::set<Digest> old_;
};

// Copies share what they remember of signatures.
class KeyBook {
 public:
  void take(const wire::Directory& directory);

  // The id of the agency's key under which it holds, the newest first. Errors: kUnauthentic.
  [[nodiscard]] Result<KeyId> signer_of(const AgencyId& agency, seal::BatchKind kind,
                                        const Digest& digest,
                                        const wire::BatchSignature& signature) const;
  [[nodiscard]] Result<KeyId> signer_of(const AgencyId& agency,
                                        const wire::SignedRecord& record) const;

 private:
  std::map<AgencyId, std::vector<seal::VerifyKey>> keys_;  // newest last
  std::shared_ptr<HoldingRoots> roots_ = std::make_shared<HoldingRoots>();
};

}  // namespace safeconduct::audit
