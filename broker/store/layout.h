// The broker's store on disk: one RocksDB with these families, one key-slot file and
// the published head beside it.
// Grammar: schemas/FORMATS.md, "The broker's store".
//
//   state    the core's keys (broker/core/keys.h)
//   entries  position u64 -> the entry's record: leaf and parts
//   nodes    level u8, index u64 -> a complete tile of the tree (tree_tiles.h)
//   readers  agency str8, position u64 -> what of the entries from that position on is the
//   agency's,
//            for one tick (readers.h); under the empty name: entries with a part for everyone
//   bodies   message -> key slot u32, sealed body under that slot's key
//   head     `tree` -> the edge of the tree (tree_tiles.h), `note` -> the signed checkpoint of it
#pragma once

#include "broker/core/state_view.h"
#include "schemas/base/codec.h"
#include "schemas/base/ids.h"
#include "schemas/io/kv.h"
#include "schemas/ledger/tree.h"

namespace safeconduct::store {

inline constexpr io::Family kState = 0;
inline constexpr io::Family kEntries = 1;
inline constexpr io::Family kNodes = 2;
inline constexpr io::Family kReaders = 3;
inline constexpr io::Family kBodies = 4;
inline constexpr io::Family kHead = 5;

inline constexpr std::size_t kWriteBufferBytes = 8 * 1024 * 1024;

inline constexpr std::uint32_t kStoreFormat = 2;
inline constexpr std::string_view kStoreOwner = "safeconduct-broker";

[[nodiscard]] inline io::KvOptions store_options() {
  io::KvOptions options;
  options.families = {{"state"},
                      {"entries", false, true, false},
                      {"nodes", false, false, false},
                      {"readers", false, false, false},
                      {"bodies", true, false, false},
                      {"head", false, false, false}};
  options.owner = std::string(kStoreOwner);
  // A referral whose recipient is there lives for some ticks: its body is gone before it would be
  // written a second time.
  options.write_buffer_bytes = kWriteBufferBytes;
  options.format = options.oldest_format = kStoreFormat;
  return options;
}

[[nodiscard]] inline std::string database_path(const std::string& folder) {
  return folder + "/db";
}
[[nodiscard]] inline std::string key_slot_path(const std::string& folder) {
  return folder + "/keys";
}

// The head that was published last (head_file.h); what witnesses cosigned, as they last did.
[[nodiscard]] inline std::string published_path(const std::string& folder) {
  return folder + "/published";
}
[[nodiscard]] inline std::string cosigned_path(const std::string& folder) {
  return folder + "/cosigned";
}

[[nodiscard]] inline Bytes entry_key(std::uint64_t position) {
  return ByteWriter().u64(position).take();
}
[[nodiscard]] inline Bytes node_key(const ledger::NodeId& node) {
  return ByteWriter().u8(static_cast<std::uint8_t>(node.level)).u64(node.index).take();
}
// Of the first entry of a list. The empty text: everyone.
[[nodiscard]] inline Bytes reader_key(std::string_view agency, std::uint64_t position) {
  return ByteWriter().str8(agency).u64(position).take();
}
[[nodiscard]] inline Bytes head_tree_key() {
  return to_bytes("tree");
}
[[nodiscard]] inline Bytes head_note_key() {
  return to_bytes("note");
}

}  // namespace safeconduct::store
