#include "schemas/seal/padding.h"

#include <catch2/catch.hpp>

#include "schemas/base/limits.h"

using namespace safeconduct;
using namespace safeconduct::seal;

TEST_CASE("Coded values share one bucket, texts share few") {
  CHECK(padded_bytes(0, false) == 256);
  CHECK(padded_bytes(252, false) == 256);
  CHECK(padded_bytes(253, false) == 272);
  CHECK(padded_bytes(0, true) == 64);
  CHECK(padded_bytes(60, true) == 64);
  CHECK(padded_bytes(61, true) == 72);
  CHECK(padded_bytes(1000, true) == 1024);
  CHECK(padded_bytes(1021, true) == 1088);  // Padmé: at most 12 % more
}

TEST_CASE("Every text up to the limit comes back from its padding") {
  for (std::size_t size = 0; size <= limits::kSlotPlaintextBytesMax; size = size * 5 / 4 + 1) {
    for (const bool free_text : {false, true}) {
      const Bytes text(size, 'x');
      const SecretBytes padded = pad(text, free_text);
      CHECK(is_padded_size(padded.size()));
      CHECK(padded.size() <= std::max<std::size_t>(256, (size + 4) * 112 / 100 + 64));
      CHECK(equal(unpad(padded.expose())->expose(), text));
    }
  }
}

TEST_CASE("Only the canonical padding is taken off") {
  const SecretBytes good = pad(Bytes(10, 'x'), true);
  Bytes bad = to_bytes(good.expose());
  bad.back() = 1;  // not zero
  CHECK_FALSE(unpad(bad).has_value());
  bad = to_bytes(good.expose());
  bad.resize(72);  // a bucket, but neither of this text's
  CHECK_FALSE(unpad(bad).has_value());
  bad = to_bytes(good.expose());
  bad[3] = 61;  // more than there is
  CHECK_FALSE(unpad(bad).has_value());
  bad[0] = 0xff;
  CHECK_FALSE(unpad(bad).has_value());
  CHECK_FALSE(unpad(Bytes(3)).has_value());
  CHECK_FALSE(is_padded_size(63));
  CHECK_FALSE(is_padded_size(257));
}
