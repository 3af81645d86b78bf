// Which keys belong to whom, as of one directory: what the door and the verifying threads look at
// while the loop goes on. Immutable; replaced as a whole when a directory comes into force.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>

#include "schemas/ledger/note_key.h"
#include "schemas/wire/directory.h"

namespace safeconduct::broker {

struct Keyring {
  std::optional<ledger::NoteKey> authority;
  std::vector<ledger::NoteKey> officers;
  std::map<AgencyId, seal::VerifyKey> signing;
  std::map<ByteArray<32>, AgencyId> doors;  // transport keys of agencies in good standing
};

[[nodiscard]] std::shared_ptr<const Keyring> make_keyring(const ledger::NoteKey& authority,
                                                          const wire::Directory* directory);

// Where the current one lies. Thread-safe.
class KeyringShelf {
 public:
  [[nodiscard]] std::shared_ptr<const Keyring> get() const { return std::atomic_load(&keyring_); }
  void put(std::shared_ptr<const Keyring> keyring) {
    std::atomic_store(&keyring_, std::move(keyring));
  }

 private:
  std::shared_ptr<const Keyring> keyring_ = std::make_shared<Keyring>();
};

}  // namespace safeconduct::broker
