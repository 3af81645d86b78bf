#include "broker/feed.h"

#include <algorithm>

namespace safeconduct::broker {

std::size_t bytes_of(const wire::EntryView& view) {
  std::size_t bytes = view.leaf.size() + view.inclusion.size() * sizeof(Digest);
  for (const wire::EntryPart& part : view.parts) bytes += part.bytes.size() + sizeof(Digest);
  return bytes;
}

Result<wire::Checkpoint> checkpoint_since(const store::Store& store, std::uint64_t old_size) {
  const store::Published& published = store.published();
  wire::Checkpoint out;
  out.note = to_bytes(published.note);
  if (old_size == 0 || old_size > published.head.size) return out;
  out.old_size = old_size;
  TRY(proof, ledger::consistency_proof(store, old_size, published.head.size));
  out.consistency = std::move(proof);
  return out;
}

namespace {

// An entry with some of its parts, without its path.
wire::EntryView shown(const ledger::Entry& entry, ledger::PartSet parts) {
  wire::EntryView view;
  const ledger::LeafBytes leaf = ledger::encode_leaf(entry.leaf);
  view.leaf.assign(leaf.begin(), leaf.end());
  for (const ledger::PartKind kind : ledger::kPartKinds) {
    const auto& part = entry.part(kind);
    if (!part || (parts & set_of(kind)) == 0) continue;
    view.parts.push_back({static_cast<std::uint8_t>(kind), part->salt, part->bytes});
  }
  return view;
}

}  // namespace

Result<wire::EntryView> entry_view(const store::Store& store, const ledger::Entry& entry,
                                   ledger::PartSet parts) {
  wire::EntryView view = shown(entry, parts);
  TRY(path, ledger::inclusion_proof(store, entry.leaf.position.value, store.published().head.size));
  view.inclusion = std::move(path);
  return view;
}

bool is_observer(const wire::DirectoryAgency& agency) {
  return agency.roles.size() == 1 && agency.roles.front() == "coordinator";
}

ledger::PartSet parts_for_all(bool observer) {
  const ledger::PartSet network = set_of(ledger::PartKind::kNetwork);
  return observer ? network | set_of(ledger::PartKind::kRouting) : network;
}

Result<wire::Feed> observer_page(const store::Store& store, std::uint64_t from) {
  const std::uint64_t end = std::min(store.size(), from + limits::kFeedEntriesMax);
  const ledger::PartSet parts = parts_for_all(true);
  wire::Feed feed;
  feed.next = std::max(from, end);
  std::size_t bytes = 0;
  for (std::uint64_t position = from; position < end; ++position) {
    if (bytes > kFeedPageBytes) {
      feed.next = position;
      break;
    }
    TRY(entry, store.entry(position));
    feed.entries.push_back(shown(entry, parts));
    bytes += bytes_of(feed.entries.back());
  }
  if (feed.entries.empty()) return feed;
  TRY(path, ledger::inclusion_proof(store, feed.next - 1, store.published().head.size));
  feed.entries.back().inclusion = std::move(path);
  return feed;
}

Result<wire::Feed> feed_page(const store::Store& store, const AgencyId& agency,
                             std::uint64_t from) {
  TRY(page, store.readable(agency, from, limits::kFeedEntriesMax));
  wire::Feed feed;
  feed.next = page.next;
  std::size_t bytes = 0;
  for (const store::Readable& readable : page.entries) {
    TRY(entry, store.entry(readable.position));
    TRY(view, entry_view(store, entry, readable.parts));
    bytes += bytes_of(view);
    if (bytes > kFeedPageBytes && !feed.entries.empty()) {
      feed.next = readable.position;
      break;
    }
    feed.entries.push_back(std::move(view));
  }
  return feed;
}

}  // namespace safeconduct::broker
