#include "schemas/seal/one_time_code.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "schemas/base/codec.h"
#include "schemas/seal/hash.h"

namespace safeconduct::seal {
namespace {

constexpr std::int64_t kStepMs = 30'000;
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

}  // namespace

std::uint64_t code_step(Instant at) {
  return static_cast<std::uint64_t>(at.ms / kStepMs);
}

std::string one_time_code(ByteView secret, std::uint64_t step) {
  const Bytes message = ByteWriter().u64(step).take();
  ByteArray<20> mac{};
  unsigned size = 0;
  SC_CHECK(HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(),
                message.size(), mac.data(), &size) != nullptr &&
           size == mac.size());
  const std::size_t at = mac[19] & 0x0F;
  const std::uint32_t number = static_cast<std::uint32_t>(mac[at] & 0x7F) << 24 |
                               static_cast<std::uint32_t>(mac[at + 1]) << 16 |
                               static_cast<std::uint32_t>(mac[at + 2]) << 8 | mac[at + 3];
  std::string digits = std::to_string(number % 1'000'000);
  return std::string(kCodeDigits - digits.size(), '0') + digits;
}

std::optional<std::uint64_t> code_step_of(ByteView secret, std::string_view code, Instant at) {
  const std::uint64_t now = code_step(at);
  for (const std::uint64_t step : {now, now - 1, now + 1}) {
    if (equal_secret(view_of(one_time_code(secret, step)), view_of(code))) return step;
  }
  return std::nullopt;
}

std::string to_base32(ByteView bytes) {
  std::string out;
  unsigned held = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = (held << 8 | byte) & 0xFFFF;
    for (bits += 8; bits >= 5; bits -= 5) out += kBase32[held >> (bits - 5) & 31];
  }
  if (bits > 0) out += kBase32[held << (5 - bits) & 31];
  return out;
}

Result<Bytes> from_base32(std::string_view text) {
  Bytes out;
  unsigned held = 0;
  unsigned bits = 0;
  for (char c : text) {
    if (c == ' ' || c == '=') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    const std::size_t value = kBase32.find(c);
    if (value == std::string_view::npos) return invalid("a secret is written with A-Z and 2-7");
    held = (held << 5 | static_cast<unsigned>(value)) & 0xFFFF;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(held >> bits & 0xFF));
    }
  }
  return out;
}

}  // namespace safeconduct::seal
