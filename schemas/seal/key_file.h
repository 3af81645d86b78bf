// Private keys in files that only their owner can read. Text, so that a person sees what it is:
//   safeconduct private key 1
//   kind signing
//   public <base64 of 32 bytes>      not for kind `rest`
//   secret <base64 of 32 bytes>      signing: the seed
#pragma once

#include <string>

#include "schemas/seal/keys.h"
#include "schemas/seal/sign.h"
#include "schemas/seal/x25519.h"

namespace safeconduct::seal {

// Writes a new file with mode 0600, synced together with its folder; never overwrites. Errors:
// kConflict when the path exists, kIo.
[[nodiscard]] Status write_key_file(const std::string& path, const SigningKey& key);
[[nodiscard]] Status write_key_file(const std::string& path, const TransportKey& key);
[[nodiscard]] Status write_key_file(const std::string& path, const SealingKey& key);
[[nodiscard]] Status write_key_file(const std::string& path, const RestKey& key);

// Errors: kNotFound; kForbidden when the file is a symbolic link, no regular file, another user's,
// or open to group or others; kInvalid when it holds another kind of key; kCorrupt when it is not
// what was written; kIo.
[[nodiscard]] Result<SigningKey> read_signing_key(const std::string& path);
[[nodiscard]] Result<TransportKey> read_transport_key(const std::string& path);
[[nodiscard]] Result<SealingKey> read_sealing_key(const std::string& path);
[[nodiscard]] Result<RestKey> read_rest_key(const std::string& path);

}  // namespace safeconduct::seal
