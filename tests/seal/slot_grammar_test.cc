// The grammar of schemas/FORMATS.md, "Sealing", written a second time from its text with nothing
// but SHA-256, HMAC, HKDF, AEAD and HPKE: the room's own sealing must read as this does, and a
// dishonest sender can be played with it.
#include <catch2/catch.hpp>

#include "schemas/base/codec.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/hpke.h"
#include "schemas/seal/merkle.h"
#include "tests/seal/sealed_example.h"

using namespace safeconduct;
using namespace safeconduct::seal;

namespace {

Bytes tagged(std::string_view label, ByteView tail) {
  return ByteWriter().label(label).raw(tail).take();
}

Bytes place(const Digest& hd, std::uint8_t c) {
  return ByteWriter().raw(hd).u8(c).take();
}

struct Grammar {
  explicit Grammar(ByteView header) : hd(sha256(tagged("safeconduct/1 header", header))) {}

  SecretBytes expand(ByteView key, std::string_view label, std::uint8_t c, std::size_t size) const {
    SecretBytes out{Bytes(size)};
    hkdf_expand(key, {tagged(label, place(hd, c))}, out.expose_mutable());
    return out;
  }
  Nonce nonce(ByteView slot_key, std::uint8_t c) const {
    return fixed<12>(expand(slot_key, "safeconduct/1 slot nonce", c, 12).expose(), "nonce").value();
  }
  Digest commitment(ByteView slot_key, std::uint8_t c, ByteView padded) const {
    const SecretBytes key = expand(slot_key, "safeconduct/1 slot commit", c, 32);
    const Bytes head = tagged("safeconduct/1 slot commitment", place(hd, c));
    return hmac_sha256(key.expose(), {head, padded});
  }
  Bytes aad(std::uint8_t c, const Digest& commit) const {
    return ByteWriter().label("safeconduct/1 slot aad").raw(hd).u8(c).raw(commit).take();
  }
  SecretBytes wrapping_key(const HpkeContext& hpke, std::uint8_t c) const {
    return hpke.export_secret(tagged("safeconduct/1 slot wrap", {&c, 1}), 32);
  }
  Bytes info() const { return tagged("safeconduct/1 hpke", hd); }
  Digest leaf(const SealedSlot& slot) const {
    return sha256(ByteWriter()
                      .label("safeconduct/1 slot leaf")
                      .raw(hd)
                      .u8(slot.number)
                      .raw(slot.commitment)
                      .raw(sha256(slot.ciphertext))
                      .raw(sha256(slot.wrap))
                      .bytes());
  }

  Digest hd;
};

Bytes open_by_the_book(const SealedExample& sent, const SealedSlot& slot) {
  const Grammar g(sent.header);
  const auto hpke =
      HpkeReceiver::start(Aead::kAes256Gcm, sent.recipient, sent.message.encapsulated, g.info())
          .value();
  const SecretBytes wrapping = g.wrapping_key(hpke, slot.number);
  const Bytes wrap_aad = tagged("safeconduct/1 wrap aad", place(g.hd, slot.number));
  const auto slot_key =
      aead_open(Aead::kAes256Gcm, wrapping.expose(), Nonce{}, {wrap_aad}, slot.wrap).value();
  const ByteView key = slot_key.expose();
  const SecretBytes enc = g.expand(key, "safeconduct/1 slot enc", slot.number, 32);
  const auto padded = aead_open(Aead::kAes256Gcm, enc.expose(), g.nonce(key, slot.number),
                                {g.aad(slot.number, slot.commitment)}, slot.ciphertext)
                          .value();
  CHECK(slot.commitment == g.commitment(key, slot.number, padded.expose()));
  ByteReader reader(padded.expose());
  return to_bytes(reader.raw(reader.u32()));
}

// A sender who holds all keys and seals `padded` as it likes, under a commitment to `committed`.
SealedSlot dishonest_slot(const SealedExample& sent, const HpkeSender& hpke, std::uint8_t c,
                          ByteView padded, ByteView committed) {
  const Grammar g(sent.header);
  const Bytes key(32, 0x11);
  SealedSlot slot;
  slot.number = c;
  slot.commitment = g.commitment(key, c, committed);
  const SecretBytes enc = g.expand(key, "safeconduct/1 slot enc", c, 32);
  slot.ciphertext = aead_seal(Aead::kAes256Gcm, enc.expose(), g.nonce(key, c),
                              {g.aad(c, slot.commitment)}, padded);
  const Bytes wrap_aad = tagged("safeconduct/1 wrap aad", place(g.hd, c));
  const Bytes wrap =
      aead_seal(Aead::kAes256Gcm, g.wrapping_key(hpke, c).expose(), Nonce{}, {wrap_aad}, key);
  std::copy(wrap.begin(), wrap.end(), slot.wrap.begin());
  return slot;
}

Error open_dishonest(ByteView padded, ByteView committed) {
  SealedExample sent = example();
  const Grammar g(sent.header);
  const auto hpke = HpkeSender::start(Aead::kAes256Gcm, sent.recipient.public_key(), g.info(),
                                      SecretKey<32>(sent.random.array<32>()))
                        .value();
  sent.message.encapsulated = hpke.encapsulated();
  sent.message.slots = {dishonest_slot(sent, hpke, 9, padded, committed)};
  sent.message.leaves[9] = g.leaf(sent.message.slots[0]);
  sent.sign_as_it_is();
  const auto opened = sent.open(SlotSet{1} << 9);
  if (!opened) return opened.error();
  return invalid("opened");
}

Bytes padded_text(std::uint32_t announced, std::size_t size) {
  Bytes out = ByteWriter().u32(announced).take();
  out.resize(size);
  return out;
}

}  // namespace

TEST_CASE("A sealed message reads as the grammar says") {
  const SealedExample sent = example();
  const Grammar g(sent.header);
  std::vector<Digest> tree;
  for (const Digest& leaf : sent.message.leaves) tree.push_back(leaf_hash(leaf));
  for (std::size_t i = 0; i < sent.message.slots.size(); ++i) {
    const SealedSlot& slot = sent.message.slots[i];
    CHECK(open_by_the_book(sent, slot) == sent.plain[i].text);
    CHECK(sent.message.leaves[slot.number] == g.leaf(slot));
  }
  const Bytes offered = ByteWriter()
                            .label("safeconduct/1 offered")
                            .raw(sent.message.offered_salt)
                            .raw(Bytes{4, 1, 4, 23, 37})
                            .take();
  CHECK(sent.message.offered_digest == sha256(offered));
  const Bytes digest = ByteWriter()
                           .label("safeconduct/1 message digest")
                           .raw(g.hd)
                           .raw(tree_root(tree))
                           .raw(sent.message.offered_digest)
                           .take();
  CHECK(sent.message.digest == sha256(digest));
}

TEST_CASE("A dishonest sender's slot opens when it keeps to the grammar") {
  const Bytes good = padded_text(5, 64);
  CHECK(open_dishonest(good, good).message == "opened");
}

TEST_CASE("T20 A slot whose commitment is to another content is refused") {
  CHECK(says(open_dishonest(padded_text(5, 64), padded_text(6, 64)),
             "commitment of slot `9` is to another content"));
}

TEST_CASE("T21 Padding that is not canonical is refused") {
  Bytes hidden = padded_text(5, 64);
  hidden.back() = 1;  // a message in the padding
  const Bytes too_long = padded_text(61, 64);
  const Bytes other_bucket = padded_text(5, 128);
  for (const Bytes& padded : {hidden, too_long, other_bucket}) {
    CHECK(says(open_dishonest(padded, padded), "padding of slot `9` is not canonical"));
  }
}
