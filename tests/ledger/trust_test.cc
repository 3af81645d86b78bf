#include "schemas/ledger/trust.h"

#include <catch2/catch.hpp>

#include "tests/ledger/signers.h"

namespace safeconduct::ledger {
namespace {

const Signer& log_signer() {
  static const Signer log("bus.example/log", 1);
  return log;
}

// Witnesses x1, x2, x3, y1, y2, y3, as in the specification's example.
const std::vector<Signer>& witnesses() {
  static const std::vector<Signer> all = [] {
    std::vector<Signer> signers;
    for (std::uint64_t i = 0; i < 6; ++i) {
      signers.emplace_back("witness" + std::to_string(i) + ".example", 10 + i);
    }
    return signers;
  }();
  return all;
}

std::string log_line() {
  return "log " + log_signer().key.text() + "\n";
}

std::string witness_line(const std::string& name, std::size_t place) {
  return "witness " + name + " " + witnesses()[place].cosignature_key.text() + "\n";
}

std::string two_levels() {
  std::string text = "# the specification's example\n\n" + log_line();
  for (std::size_t i = 0; i < 3; ++i) text += witness_line("X" + std::to_string(i + 1), i);
  text += "group X-witnesses 2 X1 X2 X3\n";
  for (std::size_t i = 0; i < 3; ++i) text += witness_line("Y" + std::to_string(i + 1), 3 + i);
  return text +
         "\tgroup  Y-witnesses any Y1 Y2 Y3 \n"
         "group X-and-Y all X-witnesses Y-witnesses\n"
         "quorum X-and-Y\n";
}

// A checkpoint of the log that the witnesses whose bits are set have cosigned.
std::string cosigned(unsigned bits, const Signer& log = log_signer()) {
  const std::string text = checkpoint_text({"bus.example/log", {5, Digest{5}}, {}});
  std::string note = signed_note(text, log.name, log.signing_key);
  for (std::size_t i = 0; i < witnesses().size(); ++i) {
    const Signer& witness = witnesses()[i];
    if ((bits >> i & 1) == 0) continue;
    note += signature_line(cosign_text(text, witness.name, witness.signing_key, 1'795'000'000));
  }
  return note;
}

std::string refusal(const std::string& text) {
  const auto policy = TrustPolicy::parse(text);
  REQUIRE(!policy);
  CHECK(policy.error().code == ErrorCode::kInvalid);
  return policy.error().message;
}

}  // namespace

TEST_CASE("A trust file asks for just the witnesses that it names") {
  const auto policy = TrustPolicy::parse(two_levels());
  REQUIRE(policy);
  CHECK(policy->logs().size() == 1);
  CHECK(policy->witnesses().size() == 6);
  for (unsigned bits = 0; bits < 64; ++bits) {
    const int x = static_cast<int>((bits & 1) + (bits >> 1 & 1) + (bits >> 2 & 1));
    const bool enough = x >= 2 && (bits >> 3) != 0;
    INFO("witnesses " << bits);
    const auto opened = policy->open(cosigned(bits));
    CHECK(opened.has_value() == enough);
    if (!opened) {
      CHECK(opened.error().code == ErrorCode::kUnauthentic);
      CHECK(opened.error().message.find("too few witnesses") != std::string::npos);
      continue;
    }
    CHECK(opened->checkpoint.head == TreeHead{5, Digest{5}});
    CHECK(policy->is_quorum(opened->signatories));
    CHECK(opened->signatories.front().key == log_signer().key);
    CHECK(opened->signatories.back().time_s == 1'795'000'000);
  }
}

TEST_CASE("One witness can be the quorum, and so can none") {
  const auto one = TrustPolicy::parse(log_line() + witness_line("w", 2) + "quorum w\n");
  REQUIRE(one);
  CHECK(one->open(cosigned(4)));
  CHECK(!one->open(cosigned(3)));
  const auto none = TrustPolicy::parse(log_line() + "quorum none\n");
  REQUIRE(none);
  CHECK(none->open(cosigned(0)));
  CHECK(none->is_quorum({}));
}

TEST_CASE("No quorum makes good a log that is not trusted") {
  const auto no_log = TrustPolicy::parse(witness_line("w", 0) + "quorum w\n");
  REQUIRE(no_log);
  const auto refused = no_log->open(cosigned(1));
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::kUnauthentic);
  CHECK(refused.error().message.find("no log") != std::string::npos);
}

TEST_CASE("A trusted log cannot speak for another") {
  const Signer other("other.example/log", 2);
  const auto policy =
      TrustPolicy::parse(log_line() + "log " + other.key.text() + "\nquorum none\n");
  REQUIRE(policy);
  CHECK(policy->open(cosigned(0)));
  const auto refused = policy->open(cosigned(0, other));
  REQUIRE(!refused);
  CHECK(refused.error().code == ErrorCode::kUnauthentic);
  CHECK(refused.error().message.find("another log signed it") != std::string::npos);
}

TEST_CASE("A witness's line that does not verify spoils the checkpoint") {
  const auto policy = TrustPolicy::parse(log_line() + witness_line("w", 0) + "quorum none\n");
  REQUIRE(policy);
  const Signer& witness = witnesses()[0];
  const std::string bad =
      signature_line(cosign_text("another\n", witness.name, witness.signing_key, 7));
  CHECK(policy->open(cosigned(0) + bad).error().code == ErrorCode::kUnauthentic);
  CHECK(policy->open(cosigned(2)));  // a witness that this file does not name is ignored
}

TEST_CASE("Addresses are kept and names are any octets") {
  const auto policy = TrustPolicy::parse(
      "log " + log_signer().key.text() + " https://log.example/\n" + "witness \xff#1 " +
      witnesses()[0].cosignature_key.text() + " https://w.example/\nquorum \xff#1\n");
  REQUIRE(policy);
  CHECK(policy->logs()[0].url == "https://log.example/");
  CHECK(policy->witnesses()[0].name == "\xff#1");
  CHECK(policy->witnesses()[0].url == "https://w.example/");
}

TEST_CASE("A trust file that could mean two things is refused, and the line is named") {
  const std::string w = witness_line("w", 0);
  const std::string v = witness_line("v", 1);
  const std::string end = "quorum none\n";
  CHECK(refusal("").find("no quorum") != std::string::npos);
  CHECK(refusal(log_line()).find("no quorum") != std::string::npos);
  CHECK(refusal(end + end).find("line `2`") != std::string::npos);
  CHECK(refusal("quorum none").find("line feed") != std::string::npos);
  CHECK(refusal("\n\nwho knows\n" + end).find("line `3` of the trust file: unknown statement") !=
        std::string::npos);
  const std::string refused[] = {
      "quorum w\n" + w,  // not yet defined
      "quorum\n",
      "quorum none none\n",
      "Quorum none\n",
      log_line() + log_line() + end,   // the same key twice
      w + w + end,                     // the same name, the same key
      w + witness_line("v", 0) + end,  // the same key under another name
      w + witness_line("w", 1) + end,  // the same name for another key
      witness_line("none", 0) + end,
      w + "group none any w\n" + end,
      w + "group w any w\n" + end,
      w + "group g any v\n" + v + end,  // defined too late
      w + "group g any g\n" + end,      // a circle
      w + "group g any\n" + end,
      w + "group g w\n" + end,
      w + "group g 0 w\n" + end,
      w + "group g 2 w\n" + end,
      w + "group g 01 w\n" + end,
      w + "group g some w\n" + end,
      w + v + "group g any w w\n" + end,  // counted twice
      w + v + "group g any w\ngroup h any w\n" + end,
      w + "group g any none\n" + end,
      "log\n" + end,
      "log " + log_signer().key.text() + " a b\n" + end,
      "log " + witnesses()[0].cosignature_key.text() + "\n" + end,  // not a log's algorithm
      "witness w " + log_signer().key.text() + "\n" + end,
      "witness w\n" + end,
      "log nonsense\n" + end,
      "# a comment with a bell\a\n" + end,
      "quorum none\r\n",
      std::string("quorum none\n\0", 13),
  };
  for (const std::string& text : refused) {
    INFO(text);
    CHECK(!refusal(text).empty());
  }
}

TEST_CASE("A key of an algorithm that we do not speak asks for an upgrade") {
  const auto policy = TrustPolicy::parse("witness w w.example+00000000+BgAA\nquorum w\n");
  REQUIRE(!policy);
  CHECK(policy.error().code == ErrorCode::kUnsupported);
  CHECK(policy.error().message.find("line `1`") != std::string::npos);
}

TEST_CASE("A trust file that is cut short never trusts more") {
  const std::string text = two_levels();
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK(!TrustPolicy::parse(text.substr(0, size)));
  }
}

TEST_CASE("A trust file is bounded in bytes and lines") {
  const std::string end = "quorum none\n";
  CHECK(TrustPolicy::parse(std::string(kTrustLinesMax - 1, '\n') + end));
  CHECK(!TrustPolicy::parse(std::string(kTrustLinesMax, '\n') + end));
  const std::string comment = "#" + std::string(kTrustBytesMax - end.size() - 2, 'x') + "\n";
  CHECK(TrustPolicy::parse(comment + end));
  CHECK(!TrustPolicy::parse(" " + comment + end));
}

}  // namespace safeconduct::ledger
