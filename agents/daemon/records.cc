#include "agents/daemon/records.h"

#include <algorithm>

#include "agents/daemon/place.h"

namespace safeconduct::agent {
namespace {

bool is_note(wire::RecordKind kind) {
  return kind == wire::RecordKind::kDirectory || kind == wire::RecordKind::kPolicy;
}

}  // namespace

Result<Records> Records::load(const Store& store) {
  Records records;
  TRY_OK(store.each(place::all('r'), {}, SIZE_MAX, [&](ByteView, ByteView value) -> Status {
    TRY(record, decode_outgoing(value));
    records.next_seq_ = record.seq + 1;
    records.waiting_.emplace(record.seq, std::move(record));
    return {};
  }));
  return records;
}

std::uint64_t Records::add(Desk& desk, Change& change, Outgoing record) {
  record.seq = next_seq_++;
  if (!is_note(record.kind)) {
    record.key = desk.signing.id();
    record.signature =
        desk.signing.sign(wire::signed_bytes(wire::kRecordSignatureLabel, record.body));
  }
  change.put(place::record(record.seq), encode(record));
  const std::uint64_t seq = record.seq;
  waiting_.emplace(seq, std::move(record));
  return seq;
}

void Records::pump(Desk& desk) {
  std::set<std::uint64_t> sent;
  for (const auto& [request, seq] : under_way_) sent.insert(seq);
  for (const auto& [seq, record] : waiting_) {
    if (sent.contains(seq)) continue;
    const std::uint64_t request =
        desk.port.send(wire::SignedRecord{record.kind, record.body, record.key, record.signature});
    under_way_.emplace(request, seq);
  }
}

std::optional<Outgoing> Records::finish(Change& change, std::uint64_t request) {
  const auto sent = under_way_.find(request);
  if (sent == under_way_.end()) return std::nullopt;
  const auto found = waiting_.find(sent->second);
  under_way_.erase(sent);
  if (found == waiting_.end()) return std::nullopt;
  Outgoing record = std::move(found->second);
  waiting_.erase(found);
  change.erase(place::record(record.seq));
  return record;
}

bool Records::is_waiting(const ConsentId& consent) const {
  return std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& entry) {
    return entry.second.kind == wire::RecordKind::kConsent && entry.second.consent == consent;
  });
}

bool Records::is_card_waiting(std::uint64_t counter) const {
  return std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& entry) {
    return entry.second.kind == wire::RecordKind::kSealingCard && entry.second.counter == counter;
  });
}

void Records::drop_card(Change& change, std::uint64_t counter) {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    const bool same =
        it->second.kind == wire::RecordKind::kSealingCard && it->second.counter == counter;
    if (same) change.erase(place::record(it->first));
    it = same ? waiting_.erase(it) : std::next(it);
  }
}

}  // namespace safeconduct::agent
