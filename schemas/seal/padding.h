// Padding that hides how long a text is: u32 length || text || zeros, up to a bucket. Coded values
// share one bucket; free text grows by Padmé (Nikitin et al., PETS 2019), which tells about
// log log of its size and costs at most 12 %.
#pragma once

#include "schemas/base/bytes.h"
#include "schemas/base/secret.h"

namespace safeconduct::seal {

inline constexpr std::size_t kTextBucketBytesMin = 64;
inline constexpr std::size_t kCodedBucketBytes = 256;

// The bucket for a text of `bytes`, its length field included: free text max(64, Padmé(4 + bytes)),
// coded values 256, or Padmé when they do not fit.
[[nodiscard]] std::size_t padded_bytes(std::size_t bytes, bool free_text);
// Whether any text could have this padded size.
[[nodiscard]] bool is_padded_size(std::size_t bytes);

[[nodiscard]] SecretBytes pad(ByteView text, bool free_text);
// Errors: kUnauthentic unless the one canonical padding of a text of at most
// limits::kSlotPlaintextBytesMax.
[[nodiscard]] Result<SecretBytes> unpad(ByteView padded);

}  // namespace safeconduct::seal
