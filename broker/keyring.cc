#include "broker/keyring.h"

namespace safeconduct::broker {

std::shared_ptr<const Keyring> make_keyring(const ledger::NoteKey& authority,
                                            const wire::Directory* directory) {
  auto keyring = std::make_shared<Keyring>();
  keyring->authority = authority;
  if (directory == nullptr) return keyring;
  for (const std::string& vkey : directory->officer_vkeys) {
    // A key of an algorithm that this program does not speak signs nothing here.
    if (auto key = ledger::NoteKey::parse(vkey)) keyring->officers.push_back(std::move(*key));
  }
  for (const wire::DirectoryAgency& agency : directory->agencies) {
    keyring->signing[agency.id] = seal::VerifyKey{agency.signing_key};
    if (agency.standing == wire::Standing::kActive) {
      keyring->doors[agency.transport_key] = agency.id;
    }
  }
  return keyring;
}

}  // namespace safeconduct::broker
