// RFC 3161 time stamps: what a time-stamping authority signed over some bytes. Checked only;
// whoever wants one asks an authority (`openssl ts`).
#pragma once

#include <string>

#include "schemas/base/bytes.h"
#include "schemas/base/instant.h"

namespace safeconduct::seal {

// `response`: the authority's answer (DER of TimeStampResp); `data`: what was stamped; `ca_file`:
// PEM of the certificates that the auditor trusts for this. Returns the time that it states.
// Errors: kInvalid (not a response, no such file), kUnauthentic (of other bytes, or not signed by a
// trusted authority).
[[nodiscard]] Result<Instant> check_timestamp(ByteView response, ByteView data,
                                              const std::string& ca_file);

}  // namespace safeconduct::seal
