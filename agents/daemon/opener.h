// The recipient's side of one delivery. Fails closed: whatever is not as the ledger, the directory
// and the policy say it must be is refused with a code, and nothing of it is kept.
#pragma once

#include <variant>

#include "agents/daemon/desk.h"
#include "agents/daemon/keyring.h"
#include "schemas/seal/slots.h"
#include "schemas/wire/header.h"

namespace safeconduct::agent {

struct Opened {
  wire::Header header;
  std::uint64_t position = 0;  // of the delivery entry
  Digest digest{};
  std::uint64_t kept = 0;
  Instant content_end;  // the header's, or sooner when access ends sooner
  std::vector<wire::Obligation> obligations;
  std::vector<seal::OpenedSlot> slots;
};

struct NotOpened {
  wire::Rejection code = wire::Rejection::kBroken;
  std::string why;  // for the log: names fields, no content
  // The feed has not been read as far as the delivery: what is missing may be on its way.
  bool may_be_early = false;
  wire::Header header;  // as far as it could be read
  std::uint64_t position = 0;
  Digest digest{};
};

// In this order: the entry lies in the verified tree and is a delivery to us of this very message;
// we are who is meant; the slots are the kept ones; the sender's signature holds under its key in
// the directory; nothing lies above the policy's ceiling; the slots open; every value belongs to
// its category. Errors: kInvalid when not even the message's id can be read.
[[nodiscard]] Result<std::variant<Opened, NotOpened>> open_delivery(const Desk& desk,
                                                                    const Keyring& keys,
                                                                    const wire::Delivery& delivery);

// What opened slots look like as a secret in the inbox, and back.
[[nodiscard]] SecretBytes encode_slots(const std::vector<seal::OpenedSlot>& slots);
[[nodiscard]] Result<std::vector<seal::OpenedSlot>> decode_slots(ByteView bytes);

}  // namespace safeconduct::agent
