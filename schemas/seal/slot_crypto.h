// What happens to one slot. For the seal room's own sources; grammar and labels:
// schemas/FORMATS.md, "Sealing".
#pragma once

#include "schemas/seal/hpke.h"
#include "schemas/seal/slots.h"

namespace safeconduct::seal {

// Which slot of which message: bound into every key, tag and hash.
struct SlotPlace {
  Digest header{};  // hd
  std::uint8_t number = 0;
};

// info of HPKE: "safeconduct/1 hpke" NUL || hd.
[[nodiscard]] Bytes hpke_info(const Digest& header);
// The key that wraps slot keys to the recipient, exported from HPKE.
[[nodiscard]] SecretBytes wrap_key(const HpkeContext& context, std::uint8_t number);
// K_c of the message's PRK.
[[nodiscard]] SecretKey<32> slot_key(const SecretKey<32>& prk, std::uint8_t number);

[[nodiscard]] SealedSlot seal_slot(const SlotPlace& place, const SecretKey<32>& slot_key,
                                   const SecretBytes& wrap_key, const SlotPlaintext& plaintext);
// Errors: kUnauthentic, in words for wrap, content, commitment and padding.
[[nodiscard]] Result<SecretBytes> open_slot(const SlotPlace& place, const SecretBytes& wrap_key,
                                            const SlotView& slot);

[[nodiscard]] Digest slot_leaf(const Digest& header, const SlotView& slot);
[[nodiscard]] Digest slots_root(const Leaves& leaves);
[[nodiscard]] Digest offered_digest(const Digest& salt, SlotSet offered);
[[nodiscard]] Digest digest_of(const Digest& header, const Digest& root, const Digest& offered);

}  // namespace safeconduct::seal
