#include "schemas/seal/slot_crypto.h"

#include "schemas/base/codec.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/merkle.h"
#include "schemas/seal/padding.h"

namespace safeconduct::seal {
namespace {

// label NUL || hd || c, on the stack: eight of them for each slot.
class Placed {
 public:
  Placed(std::string_view label, const SlotPlace& place) {
    SC_CHECK(label.size() <= kLabelBytesMax);
    std::copy(label.begin(), label.end(), bytes_.begin());
    std::uint8_t* at = bytes_.data() + label.size() + 1;
    std::memcpy(at, place.header.data(), place.header.size());
    at[place.header.size()] = place.number;
    size_ = label.size() + 1 + place.header.size() + 1;
  }
  operator ByteView() const { return ByteView(bytes_).first(size_); }  // NOLINT: implicit

 private:
  static constexpr std::size_t kLabelBytesMax = 40;
  ByteArray<kLabelBytesMax + 1 + sizeof(Digest) + 1> bytes_{};
  std::size_t size_ = 0;
};

Placed placed(std::string_view label, const SlotPlace& place) {
  return Placed(label, place);
}

// label NUL || c
Bytes numbered(std::string_view label, std::uint8_t number) {
  return ByteWriter().label(label).u8(number).take();
}

struct ContentKeys {
  SecretKey<32> encryption;
  SecretKey<12> nonce;  // derived, so a key never meets two nonces
  SecretKey<32> commitment;

  ContentKeys(const SlotPlace& place, ByteView slot_key)
      : encryption(hkdf_expand<32>(slot_key, {placed("safeconduct/1 slot enc", place)})),
        nonce(hkdf_expand<12>(slot_key, {placed("safeconduct/1 slot nonce", place)})),
        commitment(hkdf_expand<32>(slot_key, {placed("safeconduct/1 slot commit", place)})) {}

  Digest commit(const SlotPlace& place, ByteView padded) const {
    return hmac_sha256(commitment.expose(),
                       {placed("safeconduct/1 slot commitment", place), padded});
  }
};

Nonce nonce_of(const SecretKey<12>& bytes) {
  Nonce nonce;
  std::memcpy(nonce.data(), bytes.expose().data(), nonce.size());
  return nonce;
}

// A wrap key is exported for one slot of one message and used once: the nonce may be zero.
constexpr Nonce kWrapNonce{};

Error broken(std::string_view what, std::uint8_t number, std::string_view why) {
  return unauthentic(std::string(what) + " of slot `" + std::to_string(number) + "` " +
                     std::string(why));
}

}  // namespace

Bytes hpke_info(const Digest& header) {
  return ByteWriter().label("safeconduct/1 hpke").raw(header).take();
}

SecretBytes wrap_key(const HpkeContext& context, std::uint8_t number) {
  return context.export_secret(numbered("safeconduct/1 slot wrap", number), 32);
}

SecretKey<32> slot_key(const SecretKey<32>& prk, std::uint8_t number) {
  return hkdf_expand<32>(prk.expose(), {numbered("safeconduct/1 slot key", number)});
}

SealedSlot seal_slot(const SlotPlace& place, const SecretKey<32>& slot_key,
                     const SecretBytes& wrap_key, const SlotPlaintext& plaintext) {
  const ContentKeys keys(place, slot_key.expose());
  const SecretBytes padded = pad(plaintext.text.expose(), plaintext.free_text);
  SealedSlot slot;
  slot.number = place.number;
  slot.commitment = keys.commit(place, padded.expose());
  slot.ciphertext =
      aead_seal(Aead::kAes256Gcm, keys.encryption.expose(), nonce_of(keys.nonce),
                {placed("safeconduct/1 slot aad", place), slot.commitment}, padded.expose());
  const Bytes wrap = aead_seal(Aead::kAes256Gcm, wrap_key.expose(), kWrapNonce,
                               {placed("safeconduct/1 wrap aad", place)}, slot_key.expose());
  SC_CHECK(wrap.size() == slot.wrap.size());
  std::copy(wrap.begin(), wrap.end(), slot.wrap.begin());
  return slot;
}

Result<SecretBytes> open_slot(const SlotPlace& place, const SecretBytes& wrap_key,
                              const SlotView& slot) {
  const auto slot_key = aead_open(Aead::kAes256Gcm, wrap_key.expose(), kWrapNonce,
                                  {placed("safeconduct/1 wrap aad", place)}, slot.wrap);
  if (!slot_key) return broken("key", place.number, "does not unwrap under this sealing key");
  const ContentKeys keys(place, slot_key->expose());
  const auto padded =
      aead_open(Aead::kAes256Gcm, keys.encryption.expose(), nonce_of(keys.nonce),
                {placed("safeconduct/1 slot aad", place), slot.commitment}, slot.ciphertext);
  if (!padded) return broken("content", place.number, "does not open under its key");
  if (!equal_secret(keys.commit(place, padded->expose()), slot.commitment)) {
    return broken("commitment", place.number, "is to another content");
  }
  auto text = unpad(padded->expose());
  if (!text) return broken("padding", place.number, "is not canonical");
  return text;
}

Digest slot_leaf(const Digest& header, const SlotView& slot) {
  const Digest content = sha256(slot.ciphertext);
  const Digest wrap = sha256(slot.wrap);
  return labelled_hash("safeconduct/1 slot leaf",
                       {header, {&slot.number, 1}, slot.commitment, content, wrap});
}

Digest slots_root(const Leaves& leaves) {
  std::array<Digest, kSlots> hashes;
  for (std::size_t i = 0; i < kSlots; ++i) hashes[i] = leaf_hash(leaves[i]);
  return tree_root(hashes);
}

Digest offered_digest(const Digest& salt, SlotSet offered) {
  std::array<std::uint8_t, kSlots + 1> list{};
  std::uint8_t& count = list[0];
  for (std::uint8_t number = 0; number < kSlots; ++number) {
    if ((offered >> number & 1u) != 0) list[++count] = number;
  }
  return labelled_hash("safeconduct/1 offered", {salt, ByteView(list).first(count + 1u)});
}

Digest digest_of(const Digest& header, const Digest& root, const Digest& offered) {
  return labelled_hash("safeconduct/1 message digest", {header, root, offered});
}

}  // namespace safeconduct::seal
