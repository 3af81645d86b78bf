#include "schemas/ledger/note_key.h"

#include <algorithm>
#include <array>

#include "schemas/ledger/utf8.h"
#include "schemas/seal/hash.h"

namespace safeconduct::ledger {
namespace {

// vkey = <name> "+" <key id as 8 lower-case hex digits> "+" <base64(type u8 || public key)>
constexpr std::size_t kNameBytesMax = 255;
constexpr std::size_t kIdDigits = 8;

struct Algorithm {
  SignatureType type;
  std::size_t key_bytes;
};
constexpr std::array kAlgorithms = {
    Algorithm{SignatureType::kEd25519, 32},
    Algorithm{SignatureType::kCosignature, 32},
};

const Algorithm* algorithm_of(std::uint8_t type) {
  const auto found = std::find_if(kAlgorithms.begin(), kAlgorithms.end(), [&](const Algorithm& a) {
    return static_cast<std::uint8_t>(a.type) == type;
  });
  return found == kAlgorithms.end() ? nullptr : &*found;
}

NoteKeyId key_id_of(std::string_view name, SignatureType type, const seal::VerifyKey& key) {
  const ByteArray<2> separator = {'\n', static_cast<std::uint8_t>(type)};
  const Digest hash = seal::sha256({view_of(name), separator, key.bytes});
  NoteKeyId id = 0;
  for (std::size_t i = 0; i < 4; ++i) id = id << 8 | hash[i];
  return id;
}

std::string hex_of(NoteKeyId id) {
  ByteArray<4> bytes;
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(id >> (24 - 8 * i));
  return to_hex(bytes);
}

Error bad_vkey(std::string_view why) {
  return invalid("not a note key: " + std::string(why) +
                 "; expected `<name>+<8 hex digits>+<base64>`");
}

}  // namespace

bool is_note_key_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax) return false;
  while (!name.empty()) {
    const auto code_point = next_code_point(name);
    if (!code_point || *code_point < 0x20 || *code_point == '+' || is_white_space(*code_point)) {
      return false;
    }
  }
  return true;
}

NoteKey::NoteKey(std::string name, SignatureType type, const seal::VerifyKey& key)
    : name_(std::move(name)), type_(type), key_(key), id_(key_id_of(name_, type_, key_)) {}

Result<NoteKey> NoteKey::make(std::string name, SignatureType type, const seal::VerifyKey& key) {
  if (!is_note_key_name(name)) {
    return invalid("not a name for a note key; use 1 to 255 bytes without white space and `+`");
  }
  return NoteKey(std::move(name), type, key);
}

Result<NoteKey> NoteKey::parse(std::string_view vkey) {
  const std::size_t first = vkey.find('+');
  if (first == std::string_view::npos) return bad_vkey("there is no `+`");
  const std::string_view name = vkey.substr(0, first);
  const std::string_view rest = vkey.substr(first + 1);
  if (rest.size() <= kIdDigits || rest[kIdDigits] != '+') return bad_vkey("its id is malformed");
  TRY(raw, from_base64(rest.substr(kIdDigits + 1)));
  if (raw.empty()) return bad_vkey("it has no key");
  const Algorithm* algorithm = algorithm_of(raw.front());
  if (algorithm == nullptr) {
    return Error{ErrorCode::kUnsupported, "a note key has the unknown algorithm `" +
                                              std::to_string(raw.front()) +
                                              "`; known are 1 (Ed25519) and 4 (cosignature/v1)"};
  }
  if (raw.size() != 1 + algorithm->key_bytes) return bad_vkey("its length is wrong");
  TRY(bytes, fixed<32>(ByteView(raw).subspan(1), "a note key"));
  TRY(key, make(std::string(name), algorithm->type, seal::VerifyKey{bytes}));
  if (hex_of(key.id()) != rest.substr(0, kIdDigits)) return bad_vkey("its id is not the key's");
  return key;
}

std::string NoteKey::text() const {
  Bytes raw = {static_cast<std::uint8_t>(type_)};
  raw.insert(raw.end(), key_.bytes.begin(), key_.bytes.end());
  return name_ + "+" + hex_of(id_) + "+" + to_base64(raw);
}

}  // namespace safeconduct::ledger
