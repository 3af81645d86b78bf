#include "schemas/seal/password.h"

#include <sodium.h>

#include <array>
#include <cstring>

#include "schemas/seal/sodium.h"

namespace safeconduct::seal {
namespace {

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemoryBytes = 64 * 1024 * 1024;

}  // namespace

Result<std::string> password_record(std::string_view password) {
  start_sodium();
  std::array<char, crypto_pwhash_STRBYTES> record{};
  if (crypto_pwhash_str_alg(record.data(), password.data(), password.size(), kPasses, kMemoryBytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return io_error("64 MiB for a password's record are not there; free some memory");
  }
  return std::string(record.data());
}

bool password_fits(std::string_view record, std::string_view password) {
  start_sodium();
  if (!is_password_record(record) || password.size() > kPasswordBytesMax) return false;
  std::array<char, crypto_pwhash_STRBYTES> text{};  // libsodium wants the NUL and the room
  std::memcpy(text.data(), record.data(), record.size());
  return crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

bool is_password_record(std::string_view record) {
  return record.starts_with("$argon2id$v=19$") && record.size() < crypto_pwhash_STRBYTES &&
         record.find('\0') == std::string_view::npos;
}

}  // namespace safeconduct::seal
