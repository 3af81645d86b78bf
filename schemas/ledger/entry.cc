#include "schemas/ledger/entry.h"

#include <algorithm>

#include "schemas/base/codec.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/merkle.h"

namespace safeconduct::ledger {
namespace {

// leaf   = "safeconduct/1 leaf" NUL || version u8 || kind u8 || position u64 || instant i64
//          || 5 commitments of 32 bytes, in the order of PartKind       ; 197 bytes
//   A commitment of zeros: the entry has no such part.
// record = leaf || 5 of slot, in the order of PartKind
// slot   = 0x00                                                         ; not here
//        | 0x01 || salt[32] || length u32 || bytes                      ; 0..kPartBytesMax
// Integers are big-endian. commitment = H("safeconduct/1 part" NUL || part u8 || salt || bytes).
constexpr std::string_view kLeafLabel = "safeconduct/1 leaf";
constexpr std::string_view kPartLabel = "safeconduct/1 part";
constexpr std::uint8_t kLeafVersion = 1;
constexpr std::uint8_t kNotHere = 0;
constexpr std::uint8_t kHere = 1;
constexpr std::size_t kPartFrameBytes = 1 + 32 + 4;

static_assert(kLeafBytes == kLeafLabel.size() + 1 + 1 + 1 + 8 + 8 + kParts * 32);
static_assert(kRecordBytesMax == kLeafBytes + kParts * (kPartFrameBytes + kPartBytesMax));

constexpr Digest kNoPart{};

// Fills a buffer of known size from the front.
class Fill {
 public:
  explicit Fill(std::uint8_t* at) : at_(at) {}
  Fill& u8(std::uint8_t value) {
    *at_++ = value;
    return *this;
  }
  Fill& u64(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) u8(static_cast<std::uint8_t>(value >> shift));
    return *this;
  }
  Fill& u32(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) u8(static_cast<std::uint8_t>(value >> shift));
    return *this;
  }
  Fill& raw(ByteView bytes) {
    at_ = std::copy(bytes.begin(), bytes.end(), at_);
    return *this;
  }
  Fill& label(std::string_view text) { return raw(view_of(text)).u8(0); }
  [[nodiscard]] const std::uint8_t* at() const { return at_; }

 private:
  std::uint8_t* at_;
};

void write_leaf(const Leaf& leaf, std::uint8_t* at) {
  Fill fill(at);
  fill.label(kLeafLabel).u8(kLeafVersion).u8(static_cast<std::uint8_t>(leaf.kind));
  fill.u64(leaf.position.value).u64(static_cast<std::uint64_t>(leaf.instant.ms));
  for (const Digest& commitment : leaf.commitments) fill.raw(commitment);
}

std::size_t record_bytes(const Parts& parts) {
  std::size_t size = kLeafBytes + kParts;
  for (const auto& part : parts) {
    if (part) size += kPartFrameBytes - 1 + part->bytes.size();
  }
  return size;
}

}  // namespace

bool Entry::has(PartKind kind) const {
  return leaf.commitments[place_of(kind)] != kNoPart;
}

Digest part_commitment(PartKind kind, const Part& part) {
  // Everything before the bytes in one update.
  ByteArray<kPartLabel.size() + 1 + 1 + 32> prefix;
  Fill(prefix.data()).label(kPartLabel).u8(static_cast<std::uint8_t>(kind)).raw(part.salt);
  return seal::sha256({prefix, part.bytes});
}

Entry make_entry(EntryKind kind, LedgerSeq position, Instant instant, Parts parts) {
  Entry entry;
  entry.leaf.kind = kind;
  entry.leaf.position = position;
  entry.leaf.instant = instant;
  entry.parts = std::move(parts);
  for (const PartKind part : kPartKinds) {
    const auto& here = entry.part(part);
    if (!here) continue;
    SC_CHECK(here->bytes.size() <= kPartBytesMax);
    entry.leaf.commitments[place_of(part)] = part_commitment(part, *here);
  }
  return entry;
}

Entry for_reader(Entry entry, PartSet readable) {
  for (const PartKind kind : kPartKinds) {
    if ((readable & set_of(kind)) == 0) entry.part(kind).reset();
  }
  return entry;
}

Status check_parts(const Entry& entry) {
  for (const PartKind kind : kPartKinds) {
    const auto& part = entry.part(kind);
    if (!part || part_commitment(kind, *part) == entry.leaf.commitments[place_of(kind)]) continue;
    return unauthentic("the `" + std::string(name(kind)) + "` part of entry `" +
                       std::to_string(entry.leaf.position.value) +
                       "` is not the one its leaf commits to; do not use it");
  }
  return {};
}

LeafBytes encode_leaf(const Leaf& leaf) {
  LeafBytes out;
  write_leaf(leaf, out.data());
  return out;
}

Result<Leaf> decode_leaf(ByteView bytes) {
  ByteReader reader(bytes);
  reader.label(kLeafLabel);
  const std::uint8_t version = reader.u8();
  const std::uint8_t kind_number = reader.u8();
  Leaf leaf;
  leaf.position.value = reader.u64();
  leaf.instant.ms = reader.i64();
  for (Digest& commitment : leaf.commitments) commitment = reader.array<32>();
  TRY_OK(reader.finish("a ledger leaf"));
  if (version != kLeafVersion) {
    return Error{ErrorCode::kUnsupported,
                 "a ledger leaf has version `" + std::to_string(version) + "`; upgrade to read it"};
  }
  const auto kind = entry_kind(kind_number);
  if (!kind) {
    return Error{ErrorCode::kUnsupported, "a ledger leaf has the unknown kind `" +
                                              std::to_string(kind_number) +
                                              "`; upgrade to read it"};
  }
  leaf.kind = *kind;
  return leaf;
}

Digest leaf_hash(const Leaf& leaf) {
  return seal::leaf_hash(encode_leaf(leaf));
}

Bytes encode_record(const Entry& entry) {
  Bytes out;
  encode_record(entry, out);
  return out;
}

void encode_record(const Entry& entry, Bytes& out) {
  out.resize(record_bytes(entry.parts));
  write_leaf(entry.leaf, out.data());
  Fill fill(out.data() + kLeafBytes);
  for (const auto& part : entry.parts) {
    if (!part) {
      fill.u8(kNotHere);
      continue;
    }
    SC_CHECK(part->bytes.size() <= kPartBytesMax);
    fill.u8(kHere).raw(part->salt).u32(static_cast<std::uint32_t>(part->bytes.size()));
    fill.raw(part->bytes);
  }
  SC_CHECK(fill.at() == out.data() + out.size());
}

Result<Entry> decode_record(ByteView record) {
  ByteReader reader(record);
  TRY(leaf, decode_leaf(reader.raw(kLeafBytes)));
  Entry entry;
  entry.leaf = leaf;
  for (auto& slot : entry.parts) {
    const std::uint8_t mark = reader.u8();
    if (mark == kNotHere) continue;
    if (mark != kHere) return invalid("a ledger record marks a part with neither 0 nor 1");
    Part& part = slot.emplace();
    part.salt = reader.array<32>();
    part.bytes = to_bytes(reader.blob(kPartBytesMax));
  }
  TRY_OK(reader.finish("a ledger record"));
  return entry;
}

Result<ByteView> leaf_of_record(ByteView record) {
  if (record.size() < kLeafBytes) return invalid("a ledger record is shorter than its leaf");
  return record.first(kLeafBytes);
}

}  // namespace safeconduct::ledger
