// The signing keys that agencies ever had, as the directories of the log say, and what they signed.
#pragma once

#include <map>

#include "broker/core/knowledge.h"
#include "schemas/seal/batch_sign.h"

namespace safeconduct::audit {

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
};

}  // namespace safeconduct::audit
