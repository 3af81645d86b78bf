// The trees and proofs that transparency-dev/merkle and google/certificate-transparency publish.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "schemas/seal/merkle.h"
#include "tests/ledger/memory_nodes.h"
#include "tests/ledger/vectors.h"

namespace safeconduct::ledger {
namespace {

using Json = nlohmann::json;

// Nothing when a hash of the case is not 32 bytes: then there is nothing to verify.
std::optional<Digest> digest_of(const Json& text) {
  const auto raw = from_base64(text.get<std::string>());
  REQUIRE(raw);
  if (raw->size() != 32) return std::nullopt;
  return fixed<32>(*raw, "hash").value();
}

std::optional<Proof> proof_of(const Json& hashes) {
  Proof proof;
  if (hashes.is_null()) return proof;
  for (const Json& text : hashes) {
    const auto hash = digest_of(text);
    if (!hash) return std::nullopt;
    proof.push_back(*hash);
  }
  return proof;
}

bool inclusion_holds(const Json& vector) {
  const auto root = digest_of(vector["root"]);
  const auto leaf = digest_of(vector["leafHash"]);
  const auto proof = proof_of(vector["proof"]);
  if (!root || !leaf || !proof) return false;
  return verify_inclusion(*leaf, vector["leafIdx"].get<std::uint64_t>(),
                          {vector["treeSize"].get<std::uint64_t>(), *root}, *proof)
      .has_value();
}

bool consistency_holds(const Json& vector) {
  const auto old_root = digest_of(vector["root1"]);
  const auto new_root = digest_of(vector["root2"]);
  const auto proof = proof_of(vector["proof"]);
  if (!old_root || !new_root || !proof) return false;
  return verify_consistency({vector["size1"].get<std::uint64_t>(), *old_root},
                            {vector["size2"].get<std::uint64_t>(), *new_root}, *proof)
      .has_value();
}

struct Count {
  int accepted = 0;
  int refused = 0;
  int exceptions = 0;
};

// Runs every case below the folder and compares the verdict with the published one.
template <class Verdict>
Count run_folder(const std::string& name, Verdict holds) {
  Count count;
  const auto folder = vector_folder(name);
  if (!folder) return count;
  for (const auto& file : std::filesystem::recursive_directory_iterator(*folder)) {
    if (file.path().extension() != ".json") continue;
    const Json vector = Json::parse(file_text(file.path()));
    const bool wanted = !vector["wantErr"].get<bool>();
    const bool held = holds(vector);
    INFO(file.path().string());
    if (file.path().filename() == "sizes-are-equal-one-and-proof-is-empty.json") {
      // Published as accepted with 12 bytes of words in place of both roots, which no verifier
      // whose roots are 32 bytes can represent.
      CHECK(!held);
      ++count.exceptions;
      continue;
    }
    CHECK(held == wanted);
    ++(held ? count.accepted : count.refused);
  }
  return count;
}

Proof hex_proof(const Json& hashes) {
  Proof proof;
  for (const Json& text : hashes) proof.push_back(hex_digest(text.get<std::string>()));
  return proof;
}

}  // namespace

TEST_CASE("Inclusion proofs of transparency-dev/merkle are decided as published") {
  const Count count = run_folder("merkle/inclusion", inclusion_holds);
  if (count.accepted + count.refused == 0) return;
  CHECK(count.accepted == 6);
  CHECK(count.refused == 92);
}

TEST_CASE("Consistency proofs of transparency-dev/merkle are decided as published, but for one") {
  const Count count = run_folder("merkle/consistency", consistency_holds);
  if (count.accepted + count.refused == 0) return;
  CHECK(count.accepted == 5);
  CHECK(count.refused == 92);
  CHECK(count.exceptions == 1);
}

TEST_CASE("Certificate Transparency's reference tree has the published roots and proofs") {
  const auto folder = vector_folder("google-certificate-transparency");
  if (!folder) return;
  const Json vectors = Json::parse(file_text(*folder / "merkle_tree_vectors.json"));
  MemoryNodes nodes;
  std::vector<Digest> leaves;
  std::vector<TreeHead> heads = {nodes.frontier().head()};
  CHECK(heads[0].root == hex_digest(vectors["empty_root"].get<std::string>()));
  for (std::size_t i = 0; i < vectors["leaf_inputs_hex"].size(); ++i) {
    leaves.push_back(
        seal::leaf_hash(from_hex(vectors["leaf_inputs_hex"][i].get<std::string>()).value()));
    nodes.append(leaves.back());
    heads.push_back(nodes.frontier().head());
    CHECK(heads.back().root == hex_digest(vectors["roots_after_n_leaves"][i].get<std::string>()));
  }
  REQUIRE(heads.size() == 9);
  for (const Json& vector : vectors["inclusion"]) {
    const auto leaf_number = vector["leaf_1based"].get<std::uint64_t>();
    const auto size = vector["snapshot"].get<std::uint64_t>();
    if (leaf_number == 0) continue;  // no leaf, no proof
    const Proof proof = inclusion_proof(nodes, leaf_number - 1, size).value();
    CHECK(proof == hex_proof(vector["path"]));
    CHECK(verify_inclusion(leaves[leaf_number - 1], leaf_number - 1, heads[size], proof));
  }
  for (const Json& vector : vectors["consistency"]) {
    const auto old_size = vector["size1"].get<std::uint64_t>();
    const auto size = vector["size2"].get<std::uint64_t>();
    const Proof proof = consistency_proof(nodes, old_size, size).value();
    CHECK(proof == hex_proof(vector["proof"]));
    CHECK(verify_consistency(heads[old_size], heads[size], proof));
  }
}

}  // namespace safeconduct::ledger
