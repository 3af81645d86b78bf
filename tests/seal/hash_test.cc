#include "schemas/seal/hash.h"

#include "schemas/seal/merkle.h"
#include "tests/seal/vectors.h"

using namespace safeconduct;
using namespace safeconduct::seal;

TEST_CASE("SHA-256 of `abc` (FIPS 180-4), whole and in parts") {
  const std::string expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  CHECK(to_hex(sha256(view_of("abc"))) == expected);
  CHECK(to_hex(sha256({view_of("a"), view_of(""), view_of("bc")})) == expected);
}

TEST_CASE("A hash may be in the making while others are made") {
  Sha256 outer;
  outer.update(view_of("a"));
  CHECK(sha256(view_of("x")) == sha256(view_of("x")));
  Sha256 inner("label");
  outer.update(view_of("bc"));
  CHECK(outer.finish() == sha256(view_of("abc")));
  CHECK(inner.finish() == sha256({view_of("label"), ByteArray<1>{}}));
}

TEST_CASE("A labelled hash is the hash of label, NUL and parts") {
  CHECK(labelled_hash("safeconduct/1 x", {view_of("y")}) ==
        sha256(view_of(std::string_view("safeconduct/1 x\0y", 17))));
}

TEST_CASE("HMAC-SHA256 (RFC 4231, test case 2)") {
  CHECK(to_hex(
            hmac_sha256(view_of("Jefe"), {view_of("what do ya want "), view_of("for nothing?")})) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("HKDF-SHA256 (RFC 5869, A.1)") {
  const auto prk = hkdf_extract(hex("000102030405060708090a0b0c"), {Bytes(22, 0x0b)});
  CHECK(to_hex(hkdf_expand<42>(prk.expose(), {hex("f0f1f2f3f4f5f6f7f8f9")}).expose()) ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

TEST_CASE("Tree roots of RFC 6962 (certificate-transparency-go's reference inputs)") {
  const std::vector<std::string> inputs = {"",
                                           "00",
                                           "10",
                                           "2021",
                                           "3031",
                                           "40414243",
                                           "5051525354555657",
                                           "606162636465666768696a6b6c6d6e6f"};
  const std::vector<std::string> roots = {
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  std::vector<Digest> leaves;
  for (std::size_t size = 0; size < roots.size(); ++size) {
    CHECK(to_hex(tree_root(leaves)) == roots[size]);
    if (size < inputs.size()) leaves.push_back(leaf_hash(hex(inputs[size])));
  }
}
