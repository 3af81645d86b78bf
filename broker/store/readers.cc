#include "broker/store/readers.h"

#include "broker/store/layout.h"

namespace safeconduct::store {
namespace {

// list = (position - first u32 || part set u8) each; `first` is the position of the key
constexpr std::size_t kLineBytes = 5;
constexpr std::size_t kLinesMax = 256;  // bounds what is read for one line

class Lists {
 public:
  explicit Lists(io::WriteBatch& batch) : batch_(batch) {}

  void add(std::string_view reader, std::uint64_t position, ledger::PartSet parts) {
    List& list = lists_[reader];
    if (list.lines == kLinesMax) write(reader, list);
    if (list.lines == 0) list.first = position;
    list.bytes.u32(static_cast<std::uint32_t>(position - list.first)).u8(parts);
    ++list.lines;
  }
  void write_all() {
    for (auto& [reader, list] : lists_) write(reader, list);
  }

 private:
  struct List {
    std::uint64_t first = 0;
    std::size_t lines = 0;
    ByteWriter bytes;
  };
  void write(std::string_view reader, List& list) {
    batch_.put(kReaders, reader_key(reader, list.first), list.bytes.bytes());
    list = List();
  }

  io::WriteBatch& batch_;
  std::map<std::string_view, List> lists_;
};

bool read_list(ByteView key, ByteView value, std::uint64_t from, std::size_t count,
               std::vector<Readable>& out) {
  const std::uint64_t first = ByteReader(key.last(8)).u64();
  ByteReader in(value);
  while (in.remaining() >= kLineBytes && out.size() < count) {
    const std::uint64_t position = first + in.u32();
    const ledger::PartSet parts = in.u8();
    if (position >= from) out.push_back({position, parts});
  }
  return value.size() % kLineBytes == 0;
}

}  // namespace

void stage_readers(io::WriteBatch& batch, const std::vector<core::Emitted>& entries) {
  Lists lists(batch);
  for (const core::Emitted& emitted : entries) {
    const ledger::Entry& entry = emitted.entry;
    const std::uint64_t position = entry.leaf.position.value;
    if (entry.has(ledger::PartKind::kNetwork)) {
      lists.add("", position, set_of(ledger::PartKind::kNetwork));
    }
    const bool alone = emitted.sender == emitted.recipient;
    ledger::PartSet sender = set_of(ledger::PartKind::kSender);
    if (alone) sender |= set_of(ledger::PartKind::kRecipient);
    if (!emitted.sender.empty()) lists.add(emitted.sender.text(), position, sender);
    if (!alone && !emitted.recipient.empty()) {
      lists.add(emitted.recipient.text(), position, set_of(ledger::PartKind::kRecipient));
    }
  }
  lists.write_all();
}

Result<std::vector<Readable>> read_readers(const io::KvStore& db, std::string_view reader,
                                           std::uint64_t from, std::size_t count) {
  std::vector<Readable> out;
  bool sound = true;
  Bytes begin = reader_key(reader, from);
  // `from` may lie in the middle of a list.
  const auto start_at = [&](ByteView key, ByteView) {
    begin = to_bytes(key);
    return io::Scan::kStop;
  };
  const Bytes past = from == UINT64_MAX ? begin : reader_key(reader, from + 1);
  TRY_OK(db.scan_back(kReaders, reader_key(reader, 0), past, 1, start_at));
  const auto take = [&](ByteView key, ByteView value) {
    sound = sound && read_list(key, value, from, count, out);
    return sound && out.size() < count ? io::Scan::kContinue : io::Scan::kStop;
  };
  TRY_OK(db.scan(kReaders, begin, reader_key(reader, UINT64_MAX), SIZE_MAX, take));
  if (!sound) return corrupt("a list of what an agency may read is cut short");
  return out;
}

}  // namespace safeconduct::store
