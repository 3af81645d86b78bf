#include "schemas/seal/padding.h"

#include <bit>

#include "schemas/base/codec.h"
#include "schemas/base/limits.h"

namespace safeconduct::seal {
namespace {

constexpr std::size_t kLengthBytes = 4;

// Keeps of a size as many leading bits as its exponent has bits, rounding up.
std::size_t padme(std::size_t bytes) {
  if (bytes < 2) return bytes;
  const auto exponent = static_cast<unsigned>(std::bit_width(bytes)) - 1;
  const auto kept = static_cast<unsigned>(std::bit_width(exponent));
  const std::size_t mask = (std::size_t{1} << (exponent - kept)) - 1;
  return (bytes + mask) & ~mask;
}

}  // namespace

std::size_t padded_bytes(std::size_t bytes, bool free_text) {
  const std::size_t least = free_text ? kTextBucketBytesMin : kCodedBucketBytes;
  return std::max(least, padme(kLengthBytes + bytes));
}

bool is_padded_size(std::size_t bytes) {
  return bytes >= kTextBucketBytesMin && padme(bytes) == bytes &&
         bytes <= padded_bytes(limits::kSlotPlaintextBytesMax, true);
}

SecretBytes pad(ByteView text, bool free_text) {
  SC_CHECK(text.size() <= limits::kSlotPlaintextBytesMax);
  SecretBytes out{Bytes(padded_bytes(text.size(), free_text))};
  Bytes& bytes = out.expose_mutable();
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    bytes[i] = static_cast<std::uint8_t>(text.size() >> (8 * (kLengthBytes - 1 - i)));
  }
  std::copy(text.begin(), text.end(), bytes.begin() + kLengthBytes);
  return out;
}

Result<SecretBytes> unpad(ByteView padded) {
  ByteReader reader(padded);
  const std::uint32_t size = reader.u32();
  if (size > limits::kSlotPlaintextBytesMax) return unauthentic("announced length is too large");
  const ByteView text = reader.raw(size);
  const ByteView zeros = reader.raw(reader.remaining());
  const bool all_zero = std::all_of(zeros.begin(), zeros.end(), [](auto b) { return b == 0; });
  const bool right_size =
      padded.size() == padded_bytes(size, true) || padded.size() == padded_bytes(size, false);
  if (reader.failed() || !all_zero || !right_size) return unauthentic("padding is not canonical");
  return SecretBytes(to_bytes(text));
}

}  // namespace safeconduct::seal
