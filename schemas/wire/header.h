// The header of a sealed message: what the broker decides on. Signed, bound into every slot, free
// of personal data. Byte grammar: schemas/FORMATS.md, "Header".
#pragma once

#include "schemas/base/bytes.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"

namespace safeconduct::wire {

inline constexpr std::uint8_t kHeaderVersion = 1;
inline constexpr std::uint8_t kSuite = 1;  // DESIGN §5: X25519, HKDF-SHA256, AES-256-GCM, Ed25519

// Vocabulary numbers (policies/vocabulary.h) are carried as they are; admission refuses those it
// does not know.
struct Header {
  std::uint8_t suite = kSuite;
  MessageId message_id;
  ReferralId referral_id;
  AgencyId from;
  AgencyId to;
  std::uint8_t from_role = 0;
  std::uint8_t to_role = 0;
  KeyId signing_key;  // the sender's
  KeyId sealing_key;  // the recipient's
  std::uint8_t purpose = 0;
  std::uint8_t urgency = 0;
  std::uint8_t stage = 0;
  std::uint8_t basis = 0;
  std::uint16_t circumstances = 0;
  std::uint8_t hop = 1;
  MessageId prior;              // zero at hop 1
  MessageId supersedes;         // zero unless this message re-seals an expired one
  Digest vocabulary_hash{};     // what the sender knew; advisory
  Digest policy_hash{};         // what the sender knew; advisory
  Digest consent_commitment{};  // zero unless the basis is consent
  Instant created;
  Instant transport_expiry;  // the broker holds the body no longer
  Instant content_end;       // the recipient is to delete the content then

  friend bool operator==(const Header&, const Header&) = default;
};

// 1970 to 9999: what a record or header may name, so that adding a duration never overflows.
[[nodiscard]] constexpr bool in_calendar(Instant at) {
  return at.ms >= 0 && at.ms <= 253'402'300'799'999;
}

[[nodiscard]] Bytes encode(const Header& header);

// Errors: kUnsupported for another version, kInvalid for anything malformed.
[[nodiscard]] Result<Header> decode_header(ByteView bytes);

// The bytes whose SHA-256 is the consent commitment of a header.
[[nodiscard]] Bytes consent_commitment_input(ByteView salt, const ConsentId& consent,
                                             const AgencyId& to);

}  // namespace safeconduct::wire
