// Logs and witnesses with keys that a seed repeats.
#pragma once

#include "schemas/ledger/note.h"
#include "tests/seal/seeded_random.h"

namespace safeconduct::ledger {

struct Signer {
  std::string name;
  seal::SigningKey signing_key;
  NoteKey key;              // Ed25519
  NoteKey cosignature_key;  // cosignature/v1

  Signer(std::string own_name, std::uint64_t seed)
      : name(std::move(own_name)),
        signing_key(generate(seed)),
        key(NoteKey::make(name, SignatureType::kEd25519, signing_key.verify_key()).value()),
        cosignature_key(
            NoteKey::make(name, SignatureType::kCosignature, signing_key.verify_key()).value()) {}

 private:
  static seal::SigningKey generate(std::uint64_t seed) {
    seal::SeededRandom random(seed);
    return seal::SigningKey::generate(random);
  }
};

}  // namespace safeconduct::ledger
