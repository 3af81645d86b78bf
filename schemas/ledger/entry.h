// One entry of the ledger: a digest record (the leaf) and the parts that lie beside it, each for
// its own readers. The tree is over leaves only, so whoever gets some of the parts, or none,
// verifies the same tree, and a part can be destroyed without breaking a proof. Byte grammar:
// schemas/FORMATS.md, "Ledger".
#pragma once

#include <optional>

#include "schemas/base/bytes.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"
#include "schemas/base/limits.h"
#include "schemas/ledger/kinds.h"

namespace safeconduct::ledger {

inline constexpr std::size_t kLeafBytes = 197;  // fixed; an entry bundle allows 65,535
inline constexpr std::size_t kPartBytesMax = limits::kFrameBytesMax;  // a document fits
inline constexpr std::size_t kRecordBytesMax = kLeafBytes + kParts * (37 + kPartBytesMax);

using LeafBytes = ByteArray<kLeafBytes>;

// What a part says, and 32 random bytes that keep its commitment from being guessed. Both are
// destroyed together.
struct Part {
  Digest salt{};
  Bytes bytes;  // 0..kPartBytesMax
  friend bool operator==(const Part&, const Part&) = default;
};
using Parts = std::array<std::optional<Part>, kParts>;

struct Leaf {
  EntryKind kind = EntryKind::kHeartbeat;
  LedgerSeq position;
  Instant instant;
  std::array<Digest, kParts> commitments{};  // all zero: the entry has no such part
  friend bool operator==(const Leaf&, const Leaf&) = default;
};

// A part that the leaf commits to and that is not in `parts` is withheld from this reader or was
// pruned. Which of the two, the reader's rights and the log's pruning entries say; a mark beside
// the part could lie.
struct Entry {
  Leaf leaf;
  Parts parts;
  friend bool operator==(const Entry&, const Entry&) = default;

  [[nodiscard]] std::optional<Part>& part(PartKind kind) { return parts[place_of(kind)]; }
  [[nodiscard]] const std::optional<Part>& part(PartKind kind) const {
    return parts[place_of(kind)];
  }
  // The leaf commits to such a part, here or not.
  [[nodiscard]] bool has(PartKind kind) const;
};

// H("safeconduct/1 part" NUL || part u8 || salt || bytes).
[[nodiscard]] Digest part_commitment(PartKind kind, const Part& part);
// A new entry; computes the commitments.
[[nodiscard]] Entry make_entry(EntryKind kind, LedgerSeq position, Instant instant, Parts parts);
// The entry as a reader of `readable` gets it.
[[nodiscard]] Entry for_reader(Entry entry, PartSet readable);
// That every part that is here is the one the leaf commits to. Errors: kUnauthentic, naming the
// entry's position and the part.
[[nodiscard]] Status check_parts(const Entry& entry);

[[nodiscard]] LeafBytes encode_leaf(const Leaf& leaf);
// Errors: kInvalid; kUnsupported (a later version or kind).
[[nodiscard]] Result<Leaf> decode_leaf(ByteView bytes);
// RFC 6962 leaf hash of the encoded leaf: what goes into the tree.
[[nodiscard]] Digest leaf_hash(const Leaf& leaf);

// The stored and transported record: leaf, then each part or the mark that it is not here.
[[nodiscard]] Bytes encode_record(const Entry& entry);
// Likewise, in place of what `out` held; keeps its memory.
void encode_record(const Entry& entry, Bytes& out);
// Checks the form, not the commitments: check_parts does. Errors: as decode_leaf.
[[nodiscard]] Result<Entry> decode_record(ByteView record);
// The leaf's bytes at the front of a record, to hash a whole log without decoding it. Errors:
// kInvalid when it is shorter.
[[nodiscard]] Result<ByteView> leaf_of_record(ByteView record);

}  // namespace safeconduct::ledger
