#include "schemas/ledger/note_key.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schemas/ledger/note.h"
#include "tests/ledger/vectors.h"
#include "tests/seal/seeded_random.h"

namespace safeconduct::ledger {
namespace {

// golang.org/x/mod/sumdb/note, example key.
constexpr std::string_view kPeter =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

}  // namespace

TEST_CASE("A key text comes back as it was written") {
  const auto key = NoteKey::parse(kPeter);
  REQUIRE(key);
  CHECK(key->name() == "PeterNeumann");
  CHECK(key->type() == SignatureType::kEd25519);
  CHECK(key->id() == 0xc74f20a3);
  CHECK(key->text() == kPeter);
  CHECK(NoteKey::make("PeterNeumann", SignatureType::kEd25519, key->key()).value() == *key);
  const auto cosigner = NoteKey::make("PeterNeumann", SignatureType::kCosignature, key->key());
  CHECK(cosigner->id() != key->id());
  CHECK(NoteKey::parse(cosigner->text()).value() == *cosigner);
}

TEST_CASE("A key text has one spelling only") {
  const std::string good(kPeter);
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK(!NoteKey::parse(good.substr(0, size)));
  }
  seal::SeededRandom random(1);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string changed = good;
    changed[at] = static_cast<char>(changed[at] ^ (1 + random.below(127)));
    INFO(changed);
    CHECK(!NoteKey::parse(changed));
  }
  CHECK(!NoteKey::parse(good + "\n"));
  CHECK(!NoteKey::parse(" " + good));
  CHECK(!NoteKey::parse("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));
}

TEST_CASE("Another algorithm's key is told from a malformed one") {
  const auto ml_dsa = NoteKey::parse("witness+00000000+BgAA");
  CHECK(ml_dsa.error().code == ErrorCode::kUnsupported);
  CHECK(NoteKey::parse("witness+00000000+AQAA").error().code == ErrorCode::kInvalid);
  CHECK(NoteKey::parse("witness+00000000+").error().code == ErrorCode::kInvalid);
}

TEST_CASE("A key's name is 1 to 255 bytes of UTF-8 without white space and plus") {
  CHECK(is_note_key_name("a"));
  CHECK(is_note_key_name("example.com/log"));
  CHECK(is_note_key_name("\xc3\xa9t\xc3\xa9"));
  CHECK(is_note_key_name(std::string(255, 'x')));
  CHECK(!is_note_key_name(std::string(256, 'x')));
  CHECK(!is_note_key_name(""));
  CHECK(!is_note_key_name("a b"));
  CHECK(!is_note_key_name("a+b"));
  CHECK(!is_note_key_name("a\nb"));
  CHECK(!is_note_key_name(std::string_view("a\0b", 3)));
  CHECK(
      !is_note_key_name("a\xc2\xa0"
                        "b"));                   // no-break space
  CHECK(!is_note_key_name("a\xe3\x80\x80"));     // ideographic space
  CHECK(!is_note_key_name("\xff"));              // not UTF-8
  CHECK(!is_note_key_name("\xc0\x80"));          // overlong
  CHECK(!is_note_key_name("\xc1\x81"));          // `A` in two bytes
  CHECK(!is_note_key_name("\xe0\x81\x81"));      // in three
  CHECK(!is_note_key_name("\xf0\x80\x81\x81"));  // in four
  CHECK(!is_note_key_name("\xed\xa0\x80"));      // surrogate
  CHECK(!is_note_key_name("\xf4\x90\x80\x80"));  // above U+10FFFF
  CHECK(!is_note_key_name("\xe2\x82"));          // cut short
  CHECK(!NoteKey::make("a b", SignatureType::kEd25519, {}));
}

TEST_CASE("Go's note keys are read, and the bad ones refused") {
  const auto folder = vector_folder("golang-mod-sumdb");
  if (!folder) return;
  const auto vectors = nlohmann::json::parse(file_text(*folder / "note_vectors.json"));
  for (const auto& vkey : vectors["keys"]) {
    const auto text = vkey.get<std::string>();
    CHECK(NoteKey::parse(text).value().text() == text);
  }
  REQUIRE(vectors["bad_vkeys"].size() == 2);
  for (const auto& vkey : vectors["bad_vkeys"]) CHECK(!NoteKey::parse(vkey.get<std::string>()));
}

}  // namespace safeconduct::ledger
