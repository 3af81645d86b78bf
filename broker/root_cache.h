// Roots of signature batches that were verified lately: the items of a batch share one signature,
// and verifying it is half of the broker's work.
#pragma once

#include <mutex>
#include <set>

#include "schemas/seal/batch_sign.h"

namespace safeconduct::broker {

// Thread-safe.
class RootCache {
 public:
  // Whether the root is signed with the key: looked up, else verified and remembered.
  [[nodiscard]] bool holds(const seal::VerifyKey& key, seal::BatchKind kind, const Digest& root,
                           const seal::Signature& signature);

 private:
  static constexpr std::size_t kGeneration = 1024;
  std::mutex mutex_;
  std::set<Digest> young_;
  std::set<Digest> old_;
};

}  // namespace safeconduct::broker
