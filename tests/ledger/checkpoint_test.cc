#include "schemas/ledger/checkpoint.h"

#include <catch2/catch.hpp>

#include "tests/ledger/signers.h"

namespace safeconduct::ledger {
namespace {

constexpr std::string_view kText =
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

}  // namespace

TEST_CASE("A checkpoint's text is read and written as the specification's example") {
  const auto checkpoint = parse_checkpoint(kText);
  REQUIRE(checkpoint);
  CHECK(checkpoint->origin == "example.com/behind-the-sofa");
  CHECK(checkpoint->head.size == 20'852'163);
  CHECK(checkpoint->extensions.empty());
  CHECK(checkpoint_text(*checkpoint) == kText);
  const std::string extended = std::string(kText) + "one\ntwo words\n";
  const auto with_extensions = parse_checkpoint(extended);
  REQUIRE(with_extensions);
  CHECK(with_extensions->extensions == std::vector<std::string>{"one", "two words"});
  CHECK(checkpoint_text(*with_extensions) == extended);
}

TEST_CASE("A checkpoint's text that is cut short is refused, wherever") {
  for (std::size_t size = 0; size < kText.size(); ++size) {
    CHECK(parse_checkpoint(kText.substr(0, size)).error().code == ErrorCode::kInvalid);
  }
}

TEST_CASE("A checkpoint has one spelling only") {
  const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const std::string refused[] = {
      "\n1\n" + root,
      "log\n\n" + root,
      "log\n01\n" + root,
      "log\n+1\n" + root,
      "log\n-1\n" + root,
      "log\n 1\n" + root,
      "log\n1 \n" + root,
      "log\n0x1\n" + root,
      "log\n1e3\n" + root,
      "log\n18446744073709551616\n" + root,
      "log\n1\r\n" + root,
      "log\n1\n\n",
      "log\n1\n" + root + "\n",
      "log\n1\n" + root + "\nextension\n",
      "log\n1\n" + root + "extension",
      "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
      "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
      "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n",
      "log\n1\n0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62\n",
      "log\n0\n" + root,
      "\xff\n1\n" + root,
  };
  for (const std::string& text : refused) {
    INFO(text);
    CHECK(parse_checkpoint(text).error().code == ErrorCode::kInvalid);
  }
  CHECK(parse_checkpoint("log\n18446744073709551615\n" + root));
  CHECK(parse_checkpoint("log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"));
}

TEST_CASE("A log's checkpoint opens under its own name and key, and no other") {
  const Signer log("bus.example/log", 1);
  const TreeHead head{12, Digest{1, 2, 3}};
  const std::string note = sign_checkpoint(log.name, head, log.signing_key);
  const auto opened = open_checkpoint(note, log.name, log.key);
  REQUIRE(opened);
  CHECK(*opened == Checkpoint{log.name, head, {}});
  const Signer namesake(log.name, 2);
  CHECK(open_checkpoint(note, log.name, namesake.key).error().code == ErrorCode::kUnauthentic);
  const auto refused = open_checkpoint(note, "other.example/log", log.key);
  CHECK(refused.error().code == ErrorCode::kUnauthentic);
  CHECK(refused.error().message.find("`bus.example/log`") != std::string::npos);
}

TEST_CASE("A signed text that is no checkpoint is not taken for one") {
  const Signer log("log", 3);
  const std::string note = signed_note("log\nmany\nroot\n", log.name, log.signing_key);
  CHECK(open_checkpoint(note, log.name, log.key).error().code == ErrorCode::kInvalid);
}

TEST_CASE("A change of any byte of a signed checkpoint is noticed") {
  const Signer log("log.example", 4);
  const std::string note = sign_checkpoint(log.name, {1234, Digest{7}}, log.signing_key);
  seal::SeededRandom random(4);
  for (std::size_t at = 0; at < note.size(); ++at) {
    std::string changed = note;
    changed[at] = static_cast<char>(changed[at] ^ (1 + random.below(255)));
    INFO("byte " << at);
    CHECK(!open_checkpoint(changed, log.name, log.key));
  }
  for (std::size_t size = 0; size < note.size(); ++size) {
    CHECK(!open_checkpoint(note.substr(0, size), log.name, log.key));
  }
}

}  // namespace safeconduct::ledger
