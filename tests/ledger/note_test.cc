#include "schemas/ledger/note.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/ledger/signers.h"
#include "tests/ledger/vectors.h"

namespace safeconduct::ledger {
namespace {

const std::string kText = "What is signed.\n\nAlso after an empty line.\n";

ErrorCode code_of(const std::string& note, std::span<const NoteKey> known) {
  return open_note(note, known).error().code;
}

}  // namespace

TEST_CASE("A note that its author signed opens for whoever knows the author's key") {
  const Signer author("example.org/log", 1);
  const std::string note = signed_note(kText, author.name, author.signing_key);
  const auto opened = open_note(note, {&author.key, 1});
  REQUIRE(opened);
  CHECK(opened->text() == kText);
  CHECK(opened->signed_by(author.key));
  CHECK(!opened->signed_by(author.cosignature_key));
  CHECK(to_text(parse_note(note).value()) == note);
}

TEST_CASE("A change of any byte of a note is noticed") {
  const Signer author("a.example", 2);
  const std::string note = signed_note(kText, author.name, author.signing_key);
  seal::SeededRandom random(2);
  for (std::size_t at = 0; at < note.size(); ++at) {
    std::string changed = note;
    changed[at] = static_cast<char>(changed[at] ^ (1 + random.below(255)));
    INFO("byte " << at);
    CHECK(!open_note(changed, {&author.key, 1}));
  }
  for (std::size_t size = 0; size < note.size(); ++size) {
    CHECK(code_of(note.substr(0, size), {&author.key, 1}) == ErrorCode::kInvalid);
  }
}

TEST_CASE("A note of strangers only is not believed") {
  const Signer author("a.example", 3);
  const Signer stranger("b.example", 4);
  const Signer namesake("a.example", 5);
  const std::string note = signed_note(kText, author.name, author.signing_key);
  CHECK(code_of(note, {}) == ErrorCode::kUnauthentic);
  CHECK(code_of(note, {&stranger.key, 1}) == ErrorCode::kUnauthentic);
  CHECK(code_of(note, {&namesake.key, 1}) == ErrorCode::kUnauthentic);
}

TEST_CASE("Lines of unknown keys are carried and ignored") {
  const Signer author("a.example", 6);
  Note note{kText, {sign_text(kText, author.name, author.signing_key)}};
  note.signatures.push_back({"other.example", 0x12345678, to_bytes("some other algorithm")});
  note.signatures.push_back({"a.example", 0x12345678, Bytes(2420, 7)});
  const auto opened = open_note(to_text(note), {&author.key, 1});
  REQUIRE(opened);
  CHECK(opened->signatories().size() == 1);
  CHECK(parse_note(to_text(note)).value() == note);
}

TEST_CASE("A known key's line that does not verify spoils the note, whoever else signed") {
  const Signer author("a.example", 7);
  const Signer second("b.example", 8);
  Note note{kText, {sign_text(kText, author.name, author.signing_key)}};
  note.signatures.push_back(sign_text("Another text.\n", second.name, second.signing_key));
  const std::vector<NoteKey> both = {author.key, second.key};
  CHECK(verify_note(note, both).error().code == ErrorCode::kUnauthentic);
  CHECK(verify_note(note, {&author.key, 1}));
  // Nor does a good line of the same key make good a bad one.
  note.signatures.push_back(sign_text(kText, second.name, second.signing_key));
  CHECK(!verify_note(note, both));
}

TEST_CASE("A key that signed twice is one signatory") {
  const Signer author("a.example", 9);
  const Signer witness("w.example", 10);
  Note note{kText, {}};
  note.signatures = {cosign_text(kText, witness.name, witness.signing_key, 100),
                     sign_text(kText, author.name, author.signing_key),
                     cosign_text(kText, witness.name, witness.signing_key, 200),
                     sign_text(kText, author.name, author.signing_key)};
  const std::vector<NoteKey> known = {author.key, witness.cosignature_key, author.key};
  const auto verified = verify_note(note, known);
  REQUIRE(verified);
  REQUIRE(verified->signatories().size() == 2);
  CHECK(verified->signatories()[0].key == witness.cosignature_key);
  CHECK(verified->signatories()[0].time_s == 100);
  CHECK(verified->signatories()[1].key == author.key);
  CHECK(!verified->signatories()[1].time_s);
}

TEST_CASE("A cosignature binds its time and does not pass for the author's signature") {
  const Signer witness("w.example", 11);
  const NoteSignature line = cosign_text(kText, witness.name, witness.signing_key, 1'795'000'000);
  REQUIRE(line.signature.size() == 72);
  CHECK(verify_note({kText, {line}}, {&witness.cosignature_key, 1}));
  NoteSignature later = line;
  later.signature[7] ^= 1;
  CHECK(!verify_note({kText, {later}}, {&witness.cosignature_key, 1}));
  // The same 64 bytes as a plain signature, and the other way round.
  NoteSignature plain = line;
  plain.key_id = witness.key.id();
  plain.signature.erase(plain.signature.begin(), plain.signature.begin() + 8);
  CHECK(!verify_note({kText, {plain}}, {&witness.key, 1}));
  NoteSignature timed = sign_text(kText, witness.name, witness.signing_key);
  timed.key_id = witness.cosignature_key.id();
  timed.signature.insert(timed.signature.begin(), 8, 0);
  CHECK(!verify_note({kText, {timed}}, {&witness.cosignature_key, 1}));
}

TEST_CASE("A cosignature is over this message and no other") {
  const Signer witness("w.example", 12);
  const NoteSignature line = cosign_text("log\n1\nroot\n", witness.name, witness.signing_key, 42);
  const auto bytes = fixed<64>(ByteView(line.signature).subspan(8), "signature").value();
  CHECK(seal::verify(witness.signing_key.verify_key(),
                     view_of("cosignature/v1\ntime 42\nlog\n1\nroot\n"), bytes));
}

TEST_CASE("A cosignature's time ends at 2^63 - 1") {
  const Signer witness("w.example", 13);
  NoteSignature line = cosign_text(kText, witness.name, witness.signing_key, INT64_MAX);
  CHECK(verify_note({kText, {line}}, {&witness.cosignature_key, 1}));
  const std::string message = "cosignature/v1\ntime 9223372036854775808\n" + kText;
  const auto signature = witness.signing_key.sign(view_of(message));
  line.signature = {0x80, 0, 0, 0, 0, 0, 0, 0};
  line.signature.insert(line.signature.end(), signature.begin(), signature.end());
  CHECK(!verify_note({kText, {line}}, {&witness.cosignature_key, 1}));
}

TEST_CASE("A signature of another length than its algorithm's does not verify") {
  const Signer author("a.example", 14);
  NoteSignature line = sign_text(kText, author.name, author.signing_key);
  line.signature.push_back(0);
  CHECK(!verify_note({kText, {line}}, {&author.key, 1}));
  line.signature.resize(63);
  CHECK(!verify_note({kText, {line}}, {&author.key, 1}));
}

TEST_CASE("What can be signed is UTF-8 lines without control characters") {
  CHECK(is_note_text("a\n"));
  CHECK(is_note_text("\xe2\x80\x94\n\n"));
  CHECK(!is_note_text(""));
  CHECK(!is_note_text("a"));
  CHECK(!is_note_text("a\r\n"));
  CHECK(!is_note_text("a\tb\n"));
  CHECK(!is_note_text(std::string_view("\0\n", 2)));
  CHECK(!is_note_text("\xff\n"));
}

TEST_CASE("What is not a note is refused") {
  const Signer author("a.example", 15);
  const std::string line = signature_line(sign_text("t\n", author.name, author.signing_key));
  REQUIRE(parse_note("t\n\n" + line));
  const std::string refused[] = {"",
                                 "\n",
                                 "\n\n",
                                 "t\n",
                                 "t\n\n",
                                 line,
                                 "\n" + line,
                                 "t\n" + line,
                                 "t\n\n" + line + "\n",
                                 "t\n\n" + line + "x\n",
                                 "t\n\n" + line + " ",
                                 "t\r\n\n" + line,
                                 "t\n\n-" + line.substr(3),
                                 "t\n\n\xe2\x80\x94 a.example\n",
                                 "t\n\n\xe2\x80\x94 a.example \n",
                                 "t\n\n\xe2\x80\x94 a.example AAAAAA==\n",
                                 "t\n\n\xe2\x80\x94 a.example AAAAAAB=\n",
                                 "t\n\n\xe2\x80\x94 a.example  AAAAAAA=\n",
                                 "t\n\n\xe2\x80\x94 a+b AAAAAAA=\n",
                                 "t\n\n\xe2\x80\x94  AAAAAAA=\n"};
  for (const std::string& text : refused) {
    INFO(text);
    CHECK(parse_note(text).error().code == ErrorCode::kInvalid);
  }
  CHECK(parse_note("t\n\n\xe2\x80\x94 a.example AAAAAAA=\n"));  // 5 bytes: the least
}

TEST_CASE("A note has at most a hundred signatures and a million bytes") {
  const std::string line = "\xe2\x80\x94 a.example AAAAAAA=\n";
  std::string note = "t\n\n";
  for (std::size_t i = 0; i < kNoteSignaturesMax; ++i) note += line;
  CHECK(parse_note(note));
  CHECK(!parse_note(note + line));
  const std::string rest = "\n\n" + line;
  CHECK(parse_note(std::string(kNoteBytesMax - rest.size(), 'x') + rest));
  CHECK(!parse_note(std::string(kNoteBytesMax - rest.size() + 1, 'x') + rest));
}

TEST_CASE("A signature line stands alone as well, whole or not at all") {
  const Signer witness("w.example", 16);
  const NoteSignature line = cosign_text(kText, witness.name, witness.signing_key, 5);
  const std::string text = signature_line(line);
  CHECK(parse_signature_line(text).value() == line);
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK(!parse_signature_line(text.substr(0, size)));
  }
  CHECK(!parse_signature_line(text + text));
}

TEST_CASE("The example of the signed-note specification opens") {
  const auto folder = vector_folder("C2SP-spec-examples");
  if (!folder) return;
  const auto key = NoteKey::parse(file_text(*folder / "signed-note.vkey"));
  REQUIRE(key);
  const auto opened = open_note(file_text(*folder / "signed-note.txt"), {&*key, 1});
  REQUIRE(opened);
  CHECK(opened->text() == "This is an example message.\n");
}

TEST_CASE("Go's notes open here, and we sign what Go signs") {
  const auto folder = vector_folder("golang-mod-sumdb");
  if (!folder) return;
  const auto vectors = nlohmann::json::parse(file_text(*folder / "note_vectors.json"));
  const auto text = vectors["text"].get<std::string>();
  std::vector<NoteKey> keys;
  std::string note = text + "\n";
  for (const char* name : {"peter", "enoch"}) {
    keys.push_back(NoteKey::parse(vectors["keys"][name].get<std::string>()).value());
    note += vectors["sigs"][name].get<std::string>();
  }
  CHECK(open_note(vectors["valid_note"].get<std::string>(), keys).value().signed_by(keys[0]));
  const auto opened = open_note(note, keys);
  REQUIRE(opened);
  CHECK(opened->text() == text);
  CHECK(opened->signatories().size() == 2);
  // PRIVATE+KEY+<name>+<id>+base64(0x01 || seed): the public key for tests that Go publishes.
  const auto skey = vectors["skey_peter"].get<std::string>();
  const Bytes raw = from_base64(skey.substr(skey.find("c74f20a3+") + 9)).value();
  const auto seed = fixed<32>(ByteView(raw).subspan(1), "seed").value();
  const auto signing_key = seal::SigningKey::from_seed(SecretKey<32>(seed));
  CHECK(signed_note(text, "PeterNeumann", signing_key) == vectors["valid_note"].get<std::string>());
}

}  // namespace safeconduct::ledger
