#include "schemas/base/bytes.h"

#include <catch2/catch.hpp>

using namespace safeconduct;

TEST_CASE("Base64 gives the examples of RFC 4648 section 10") {
  const std::pair<const char*, const char*> cases[] = {
      {"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
      {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : cases) {
    CHECK(to_base64(view_of(plain)) == coded);
    CHECK(text_of(from_base64(coded).value()) == plain);
  }
}

TEST_CASE("Base64 refuses what is not canonical") {
  for (const char* bad :
       {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zm 9", "Zm9v\n", "Zg==Zg=="}) {
    CAPTURE(bad);
    CHECK_FALSE(from_base64(bad).has_value());
  }
}

TEST_CASE("Hex reads both cases and refuses the rest") {
  CHECK(to_hex(from_hex("00fFa1").value()) == "00ffa1");
  CHECK_FALSE(from_hex("0").has_value());
  CHECK_FALSE(from_hex("0g").has_value());
}

TEST_CASE("A fixed-size field of another size is named in the error") {
  const auto result = fixed<4>(view_of("abc"), "checksum");
  REQUIRE_FALSE(result.has_value());
  CHECK(result.error().message == "checksum has 3 bytes, expected 4");
}
