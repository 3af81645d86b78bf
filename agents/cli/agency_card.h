// The public card that an agency hands to the network's authority: its keys, and the fingerprint
// that two people compare over the telephone.
//
//   safeconduct card 1
//   agency haven
//   signing <base64 of 32 bytes>
//   transport <base64 of 32 bytes>
//   fingerprint 01234 56789 ... (ten groups)
#pragma once

#include <string>
#include <string_view>

#include "schemas/seal/keys.h"
#include "schemas/seal/sign.h"

namespace safeconduct::cli {

inline constexpr std::size_t kCardBytesMax = 4096;  // five short lines

struct AgencyCard {
  AgencyId agency;
  seal::VerifyKey signing;
  seal::TransportPublicKey transport;

  // Ten groups of five digits.
  [[nodiscard]] std::string fingerprint() const;
  friend bool operator==(const AgencyCard&, const AgencyCard&) = default;
};

[[nodiscard]] std::string to_text(const AgencyCard& card);

// Only text that to_text writes. Errors: kInvalid with the line; kUnsupported for another version
// of the form; kUnauthentic when the fingerprint is not the one of the keys.
[[nodiscard]] Result<AgencyCard> parse_card(std::string_view text);
// Errors also: kNotFound, kIo.
[[nodiscard]] Result<AgencyCard> read_card(const std::string& path);

// What a person read aloud, against the card: digits count, spaces and hyphens do not. Errors:
// kUnauthentic.
[[nodiscard]] Status check_fingerprint(const AgencyCard& card, std::string_view read_aloud);

}  // namespace safeconduct::cli
