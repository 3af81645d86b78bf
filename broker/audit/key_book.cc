#include "broker/audit/key_book.h"

#include <algorithm>

#include "schemas/base/codec.h"
#include "schemas/seal/hash.h"
#include "schemas/wire/records.h"

namespace safeconduct::audit {
namespace {

Error not_signed(const AgencyId& agency) {
  return unauthentic("no signing key that `" + agency.text() + "` ever had verifies it");
}

template <class Verifies>
Result<KeyId> first_that(const std::map<AgencyId, std::vector<seal::VerifyKey>>& keys,
                         const AgencyId& agency, const Verifies& verifies) {
  const auto at = keys.find(agency);
  if (at == keys.end()) return not_signed(agency);
  const auto key = std::find_if(at->second.rbegin(), at->second.rend(), verifies);
  if (key == at->second.rend()) return not_signed(agency);
  return key->id();
}

}  // namespace

bool HoldingRoots::holds(const seal::VerifyKey& key, seal::BatchKind kind, const Digest& root,
                         const ByteArray<64>& signature) {
  constexpr std::size_t kGeneration = 100'000;
  const Digest name = seal::labelled_hash(
      "safeconduct/1 root that holds",
      {key.bytes, ByteWriter().u8(static_cast<std::uint8_t>(kind)).take(), root, signature});
  {
    const std::lock_guard lock(mutex_);
    if (young_.contains(name) || old_.contains(name)) return true;
  }
  if (!seal::verify_root(key, kind, root, signature)) return false;
  const std::lock_guard lock(mutex_);
  if (young_.size() >= kGeneration) old_ = std::exchange(young_, {});
  young_.insert(name);
  return true;
}

void KeyBook::take(const wire::Directory& directory) {
  for (const wire::DirectoryAgency& agency : directory.agencies) {
    auto& known = keys_[agency.id];
    const seal::VerifyKey key{agency.signing_key};
    std::erase(known, key);
    known.push_back(key);
  }
}

Result<KeyId> KeyBook::signer_of(const AgencyId& agency, seal::BatchKind kind, const Digest& digest,
                                 const wire::BatchSignature& s) const {
  const seal::BatchSignature signature{s.place, s.salt, s.siblings, s.signature};
  TRY(root, seal::batch_root(digest, signature));
  return first_that(keys_, agency, [&](const seal::VerifyKey& key) {
    return roots_->holds(key, kind, root, signature.signature);
  });
}

Result<KeyId> KeyBook::signer_of(const AgencyId& agency, const wire::SignedRecord& record) const {
  const Bytes signed_part = wire::signed_bytes(wire::kRecordSignatureLabel, record.body);
  return first_that(keys_, agency, [&](const seal::VerifyKey& key) {
    return key.id() == record.key && seal::verify(key, signed_part, record.signature);
  });
}

}  // namespace safeconduct::audit
