#include "schemas/seal/key_id.h"

#include <array>

#include "schemas/seal/hash.h"

namespace safeconduct::seal {
namespace {

constexpr std::array kKinds = {KeyKind::kSigning, KeyKind::kTransport, KeyKind::kSealing,
                               KeyKind::kRest};

}  // namespace

std::string_view name(KeyKind kind) {
  switch (kind) {
    case KeyKind::kSigning:
      return "signing";
    case KeyKind::kTransport:
      return "transport";
    case KeyKind::kSealing:
      return "sealing";
    case KeyKind::kRest:
      return "rest";
  }
  SC_CHECK(false && "unknown key kind");
  return {};
}

std::optional<KeyKind> key_kind_named(std::string_view word) {
  for (const KeyKind kind : kKinds) {
    if (name(kind) == word) return kind;
  }
  return std::nullopt;
}

KeyId key_id(KeyKind kind, const ByteArray<32>& public_key) {
  const auto code = static_cast<std::uint8_t>(kind);
  const Digest digest = labelled_hash("safeconduct/1 key id", {{&code, 1}, public_key});
  KeyId id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

}  // namespace safeconduct::seal
