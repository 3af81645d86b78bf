#include "schemas/ledger/proof_text.h"

#include <catch2/catch.hpp>

#include "tests/ledger/memory_nodes.h"
#include "tests/ledger/signers.h"

namespace safeconduct::ledger {
namespace {

// Entry 5 of a log of 11, proved.
struct Proved {
  Signer log{"bus.example/log", 1};
  Digest leaf{};
  ProofText proof;

  Proved() {
    seal::SeededRandom random(1);
    MemoryNodes nodes;
    for (int i = 0; i < 11; ++i) {
      const Digest hash = random.array<32>();
      if (i == 5) leaf = hash;
      nodes.append(hash);
    }
    proof.index = 5;
    proof.path = inclusion_proof(nodes, 5, 11).value();
    proof.checkpoint = sign_checkpoint(log.name, nodes.frontier().head(), log.signing_key);
  }
};

ErrorCode refusal(const std::string& text) {
  return parse_proof_text(text).error().code;
}

}  // namespace

TEST_CASE("A proof file says the same after it was carried") {
  const Proved proved;
  const std::string text = to_text(proved.proof);
  CHECK(text.starts_with("c2sp.org/tlog-proof@v1\nindex 5\n"));
  const auto back = parse_proof_text(text);
  REQUIRE(back);
  CHECK(*back == proved.proof);
  const auto checkpoint = check_proof(*back, proved.leaf, proved.log.name, proved.log.key);
  REQUIRE(checkpoint);
  CHECK(checkpoint->head.size == 11);
}

TEST_CASE("A proof file may carry something for the application, and vouches for nothing in it") {
  Proved proved;
  for (const std::size_t size : {0U, 1U, 1000U}) {
    proved.proof.extra = Bytes(size, 9);
    const auto back = parse_proof_text(to_text(proved.proof));
    REQUIRE(back);
    CHECK(*back == proved.proof);
    CHECK(check_proof(*back, proved.leaf, proved.log.name, proved.log.key));
  }
}

TEST_CASE("A proof file proves its own entry in its own log and nothing else") {
  const Proved proved;
  const auto code = [&](const ProofText& proof, const Digest& leaf, std::string_view origin,
                        const NoteKey& key) {
    return check_proof(proof, leaf, origin, key).error().code;
  };
  const Signer namesake(proved.log.name, 2);
  CHECK(code(proved.proof, Digest{1}, proved.log.name, proved.log.key) == ErrorCode::kUnauthentic);
  CHECK(code(proved.proof, proved.leaf, "other", proved.log.key) == ErrorCode::kUnauthentic);
  CHECK(code(proved.proof, proved.leaf, proved.log.name, namesake.key) == ErrorCode::kUnauthentic);
  ProofText elsewhere = proved.proof;
  elsewhere.index = 4;
  CHECK(code(elsewhere, proved.leaf, proved.log.name, proved.log.key) == ErrorCode::kUnauthentic);
  elsewhere.index = 11;
  CHECK(code(elsewhere, proved.leaf, proved.log.name, proved.log.key) == ErrorCode::kUnauthentic);
}

TEST_CASE("A proof file that is cut short is refused, wherever") {
  Proved proved;
  proved.proof.extra = Bytes{1, 2, 3, 4};
  const std::string text = to_text(proved.proof);
  for (std::size_t size = 0; size < text.size(); ++size) {
    INFO("first " << size << " bytes");
    CHECK(refusal(text.substr(0, size)) == ErrorCode::kInvalid);
  }
}

TEST_CASE("A change of any byte of a proof file is noticed") {
  const Proved proved;
  const std::string text = to_text(proved.proof);
  seal::SeededRandom random(3);
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ (1 + random.below(255)));
    const auto back = parse_proof_text(changed);
    INFO("byte " << at);
    CHECK(!(back && check_proof(*back, proved.leaf, proved.log.name, proved.log.key)));
  }
}

TEST_CASE("What is not a proof file is refused") {
  const Proved proved;
  const std::string text = to_text(proved.proof);
  const std::string rest = text.substr(text.find("index"));
  const std::string head = "c2sp.org/tlog-proof@v1\n";
  const std::string hash = to_base64(Digest{1}) + "\n";
  const std::string checkpoint = "\n" + proved.proof.checkpoint;
  CHECK(parse_proof_text(head + "index 0\n" + checkpoint));
  std::string longest = head + "index 0\n";
  for (int i = 0; i < 63; ++i) longest += hash;
  CHECK(parse_proof_text(longest + checkpoint).value().path.size() == 63);
  const std::string refused[] = {
      rest,
      "c2sp.org/tlog-proof@v2\n" + rest,
      " " + text,
      "\n" + text,
      text + "\n",
      head + "extra ?\n" + rest,
      head + "extra AB==\n" + rest,
      head + "extra\n" + rest,
      head + "extra AAAA\nextra AAAA\n" + rest,
      head + "note AAAA\n" + rest,
      head + hash + checkpoint,
      head + "index\n" + checkpoint,
      head + "index 05\n" + checkpoint,
      head + "index -1\n" + checkpoint,
      head + "index 5 \n" + checkpoint,
      head + "index 18446744073709551616\n" + checkpoint,
      head + "index 5\r\n" + checkpoint,
      head + "index 5\n" + hash.substr(4) + checkpoint,
      head + "index 5\n" + hash + proved.proof.checkpoint,
      head + "index 5\n" + hash + "\n" + checkpoint,
      head + "index 5\n" + hash,
      head + "index 5\n" + hash + "\n",
      longest + hash + checkpoint,
  };
  for (const std::string& changed : refused) {
    INFO(changed);
    CHECK(refusal(changed) == ErrorCode::kInvalid);
  }
}

}  // namespace safeconduct::ledger
