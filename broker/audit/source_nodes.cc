#include "broker/audit/source_nodes.h"

#include "schemas/seal/merkle.h"

namespace safeconduct::audit {

Result<Digest> SourceNodes::hash(const ledger::NodeId& node) const {
  if (const auto beside = source_.node(node)) return *beside;
  if (node.level == 0) {
    TRY(record, source_.record(node.index));
    TRY(leaf, ledger::leaf_of_record(record));
    return seal::leaf_hash(leaf);
  }
  TRY(left, hash({node.level - 1, node.index * 2}));
  TRY(right, hash({node.level - 1, node.index * 2 + 1}));
  return seal::node_hash(left, right);
}

Result<Proven> prove(const EntrySource& source, std::uint64_t position,
                     const ledger::TreeHead& head) {
  TRY(record, source.record(position));
  TRY(leaf, ledger::leaf_of_record(record));
  TRY(entry, ledger::decode_record(record));
  Proven out{std::move(entry), seal::leaf_hash(leaf), {}};
  TRY(path, ledger::inclusion_proof(SourceNodes(source), position, head.size));
  TRY_OK(ledger::verify_inclusion(out.leaf_hash, position, head, path));
  out.path = std::move(path);
  return out;
}

Result<Bytes> EntrySource::record(std::uint64_t place) const {
  std::optional<Result<Bytes>> found;
  TRY_OK(for_each([&](std::uint64_t at, const Result<Bytes>& record) {
    if (at == place) found.emplace(record);
    return at < place;
  }));
  if (!found) return not_found("the log has no entry " + std::to_string(place));
  return std::move(*found);
}

}  // namespace safeconduct::audit
