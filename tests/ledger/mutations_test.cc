// Every reader of this room against texts that are nearly right: it never crashes, and what it
// accepts has no second spelling.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "schemas/ledger/entry.h"
#include "schemas/ledger/proof_text.h"
#include "schemas/ledger/trust.h"
#include "tests/ledger/signers.h"

namespace safeconduct::ledger {
namespace {

int rounds() {
  return std::getenv("SAFECONDUCT_LONG") != nullptr ? 200'000 : 3'000;
}

// A few edits: a byte changed, put in or taken out, a piece doubled, moved or cut.
std::string mutated(std::string text, seal::SeededRandom& random) {
  static constexpr std::string_view kTelling = "\n\n\n +=09Az/\t\r#\x80\xe2\xff";
  for (std::size_t edits = 1 + random.below(3); edits > 0 && !text.empty(); --edits) {
    const std::size_t at = random.below(text.size());
    const std::size_t length = random.below(std::min<std::size_t>(text.size() - at, 60) + 1);
    const std::string piece = text.substr(at, length);
    switch (random.below(6)) {
      case 0:
        text[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        text.insert(at, 1, kTelling[random.below(kTelling.size())]);
        break;
      case 2:
        text.erase(at, 1);
        break;
      case 3:
        text.insert(random.below(text.size()), piece);
        break;
      case 4:
        text.erase(at, length);
        break;
      default:
        text.resize(at);
    }
  }
  return text;
}

// `read` answers with the text of what it understood, or nothing.
template <class Read>
void check_reader(const std::string& good, Read read) {
  const std::uint64_t seed = seal::test_seed();
  INFO("SAFECONDUCT_SEED=" << seed);
  seal::SeededRandom random(seed);
  REQUIRE(read(good) == good);
  int refused = 0;
  for (int round = 0; round < rounds(); ++round) {
    const std::string text = mutated(good, random);
    const std::optional<std::string> understood = read(text);
    if (!understood) ++refused;
    if (understood && *understood != text) {
      CAPTURE(text);
      CHECK(*understood == text);
    }
  }
  CHECK(refused > rounds() / 4);
}

// A checkpoint of 300 leaves with two signatures.
std::string example_checkpoint() {
  const Signer log("bus.example/log", 1);
  const Signer witness("w.example", 2);
  const std::string text = checkpoint_text({log.name, {300, Digest{3}}, {"an extension"}});
  return signed_note(text, log.name, log.signing_key) +
         signature_line(cosign_text(text, witness.name, witness.signing_key, 7));
}

}  // namespace

TEST_CASE("Whatever is read as a note is written the same") {
  check_reader(example_checkpoint(), [](const std::string& text) -> std::optional<std::string> {
    const auto note = parse_note(text);
    if (!note) return std::nullopt;
    return to_text(*note);
  });
}

TEST_CASE("Whatever is read as a checkpoint is written the same") {
  const std::string good = parse_note(example_checkpoint()).value().text;
  check_reader(good, [](const std::string& text) -> std::optional<std::string> {
    const auto checkpoint = parse_checkpoint(text);
    if (!checkpoint) return std::nullopt;
    return checkpoint_text(*checkpoint);
  });
}

TEST_CASE("Whatever is read as a proof file is written the same") {
  const ProofText proof{Bytes{1, 2, 3, 4}, 77, Proof(9, Digest{9}), example_checkpoint()};
  check_reader(to_text(proof), [](const std::string& text) -> std::optional<std::string> {
    const auto read = parse_proof_text(text);
    if (!read) return std::nullopt;
    return to_text(*read);
  });
}

TEST_CASE("Whatever is read as a key is written the same") {
  const std::string good = Signer("bus.example/log", 1).key.text();
  check_reader(good, [](const std::string& text) -> std::optional<std::string> {
    const auto key = NoteKey::parse(text);
    if (!key) return std::nullopt;
    return key->text();
  });
}

TEST_CASE("Whatever is read as a record is written the same") {
  Parts parts;
  parts[0] = Part{Digest{1}, to_bytes("directory")};
  parts[3] = Part{Digest{2}, {}};
  const Entry entry = make_entry(EntryKind::kDirectory, {3}, {4}, std::move(parts));
  const Bytes record = encode_record(entry);
  check_reader(std::string(text_of(record)), [](const std::string& text) {
    const auto read = decode_record(view_of(text));
    return read ? std::optional(std::string(text_of(encode_record(*read)))) : std::nullopt;
  });
}

TEST_CASE("A mutated trust file never trusts a checkpoint with fewer witnesses than it names") {
  const Signer log("bus.example/log", 1);
  const Signer witness("w.example", 2);
  const std::string good = "log " + log.key.text() + "\nwitness w " +
                           witness.cosignature_key.text() + "\ngroup g all w\nquorum g\n";
  const std::string text = checkpoint_text({log.name, {300, Digest{3}}, {}});
  const std::string alone = signed_note(text, log.name, log.signing_key);
  const std::uint64_t seed = seal::test_seed();
  INFO("SAFECONDUCT_SEED=" << seed);
  seal::SeededRandom random(seed);
  REQUIRE(TrustPolicy::parse(good));
  for (int round = 0; round < rounds(); ++round) {
    const std::string changed = mutated(good, random);
    const auto policy = TrustPolicy::parse(changed);
    if (!policy || !policy->open(alone)) continue;
    CAPTURE(changed);
    CHECK(changed.find("quorum none") != std::string::npos);
  }
}

}  // namespace safeconduct::ledger
