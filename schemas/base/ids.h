// Strong types for what is named on the bus. Ids carry no personal data and may be logged.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "schemas/base/bytes.h"

namespace safeconduct {

// 16 random bytes, distinct per Tag. Text form: 32 lower-case hex digits.
template <class Tag>
struct RandomId {
  ByteArray<16> bytes{};

  friend auto operator<=>(const RandomId&, const RandomId&) = default;
  [[nodiscard]] bool is_zero() const { return bytes == ByteArray<16>{}; }
  [[nodiscard]] std::string text() const { return to_hex(bytes); }
  [[nodiscard]] static Result<RandomId> parse(std::string_view text) {
    TRY(raw, from_hex(text));
    TRY(exact, fixed<16>(raw, "id"));
    return RandomId{exact};
  }
};

// One sealed message from one agency to one other.
using MessageId = RandomId<struct MessageTag>;
// The referral as one recipient knows it. Random per recipient: two recipients cannot link theirs.
using ReferralId = RandomId<struct ReferralTag>;
// A consent record with all its versions. Known to its collector and the broker only.
using ConsentId = RandomId<struct ConsentTag>;

// A request for help to one agency or several; each of them knows only its own referral id.
using RequestId = RandomId<struct RequestTag>;
// An exception with its duties: break-glass, a child at risk, a risk conference, a notice.
using ExceptionId = RandomId<struct ExceptionTag>;

// Position of an entry in the ledger, from 0.
struct LedgerSeq {
  std::uint64_t value = 0;
  friend auto operator<=>(const LedgerSeq&, const LedgerSeq&) = default;
};

// An agency's short public name in the directory: 2..32 of a-z, 0-9, '_' and '-', starting with a
// letter.
class AgencyId {
 public:
  AgencyId() = default;
  // Errors: kInvalid.
  [[nodiscard]] static Result<AgencyId> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  friend auto operator<=>(const AgencyId&, const AgencyId&) = default;

 private:
  explicit AgencyId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// First 8 bytes of the labelled hash of a public key; names a key, proves nothing.
struct KeyId {
  ByteArray<8> bytes{};
  friend auto operator<=>(const KeyId&, const KeyId&) = default;
  [[nodiscard]] std::string text() const { return to_hex(bytes); }
};

}  // namespace safeconduct
