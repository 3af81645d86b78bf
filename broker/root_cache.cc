#include "broker/root_cache.h"

#include "schemas/seal/hash.h"

namespace safeconduct::broker {

bool RootCache::holds(const seal::VerifyKey& key, seal::BatchKind kind, const Digest& root,
                      const seal::Signature& signature) {
  const auto kind_byte = static_cast<std::uint8_t>(kind);
  const Digest name = seal::labelled_hash("safeconduct/1 verified root",
                                          {key.bytes, {&kind_byte, 1}, root, signature});
  {
    const std::lock_guard lock(mutex_);
    if (young_.contains(name) || old_.contains(name)) return true;
  }
  if (!seal::verify_root(key, kind, root, signature)) return false;
  const std::lock_guard lock(mutex_);
  if (young_.size() >= kGeneration) {
    old_ = std::move(young_);
    young_.clear();
  }
  young_.insert(name);
  return true;
}

}  // namespace safeconduct::broker
