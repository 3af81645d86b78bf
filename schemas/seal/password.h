// Passwords of people, kept as Argon2id records (RFC 9106) in libsodium's text form
// `$argon2id$v=19$m=65536,t=3,p=1$<salt>$<hash>`.
#pragma once

#include <string>
#include <string_view>

#include "schemas/base/result.h"

namespace safeconduct::seal {

inline constexpr std::size_t kPasswordBytesMax = 1024;

// 64 MiB and three passes: about a tenth of a second. Errors: kIo when the memory is not there.
[[nodiscard]] Result<std::string> password_record(std::string_view password);
// Takes as long as making one. False also for what is no record.
[[nodiscard]] bool password_fits(std::string_view record, std::string_view password);
// A record of the form above; says nothing about the password.
[[nodiscard]] bool is_password_record(std::string_view record);

}  // namespace safeconduct::seal
