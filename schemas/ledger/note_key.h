// The keys of C2SP signed notes: a name, an algorithm's number and a public key, written as a vkey
// `<name>+<8 hex>+<base64(type || key)>`.
#pragma once

#include <compare>
#include <optional>
#include <string>

#include "schemas/base/bytes.h"
#include "schemas/seal/sign.h"

namespace safeconduct::ledger {

// Algorithms that this program speaks; note_key.cc has one row for each. Others (0x02 ECDSA, 0x05
// RFC 6962, 0x06 ML-DSA-44, 0xff private) are unknown keys: their lines are carried and ignored.
enum class SignatureType : std::uint8_t {
  kEd25519 = 0x01,      // Ed25519 over the note's text
  kCosignature = 0x04,  // cosignature/v1: Ed25519 over a time and the note's text
};

// First four bytes of SHA-256(name || LF || type || public key), big-endian. A hint, no proof.
using NoteKeyId = std::uint32_t;

// 1..255 bytes of UTF-8 without white space and '+'.
[[nodiscard]] bool is_note_key_name(std::string_view name);

class NoteKey {
 public:
  // Errors: kInvalid (the name).
  [[nodiscard]] static Result<NoteKey> make(std::string name, SignatureType type,
                                            const seal::VerifyKey& key);
  // Errors: kInvalid (form, length, an id that is not the key's), kUnsupported (another algorithm).
  [[nodiscard]] static Result<NoteKey> parse(std::string_view vkey);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] SignatureType type() const { return type_; }
  [[nodiscard]] NoteKeyId id() const { return id_; }
  [[nodiscard]] const seal::VerifyKey& key() const { return key_; }
  // The vkey.
  [[nodiscard]] std::string text() const;
  friend auto operator<=>(const NoteKey&, const NoteKey&) = default;

 private:
  NoteKey(std::string name, SignatureType type, const seal::VerifyKey& key);
  std::string name_;
  SignatureType type_;
  seal::VerifyKey key_;
  NoteKeyId id_;
};

}  // namespace safeconduct::ledger
