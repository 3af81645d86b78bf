#include "broker/dashboard/projection/snapshot.h"

#include "schemas/base/codec.h"
#include "schemas/seal/hash.h"

namespace safeconduct::dashboard {

// Reads and writes what is the projection's own.
struct SnapshotAccess {
  static void put(ByteWriter& out, const Projection& from);
  static Status get(ByteReader& in, Projection& to);
};

namespace {

constexpr std::string_view kLabel = "safeconduct/1 dashboard snapshot";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kTextBytesMax = 1024 * 1024;

void put_date(ByteWriter& out, Date date) {
  out.u16(static_cast<std::uint16_t>(date.year));
  out.u8(static_cast<std::uint8_t>(date.month)).u8(static_cast<std::uint8_t>(date.day));
}
Date get_date(ByteReader& in) {
  Date date;
  date.year = in.u16();
  date.month = in.u8();
  date.day = in.u8();
  return date;
}

void put(ByteWriter& out, const ReferralRow& row) {
  out.raw(row.id.bytes).raw(row.parent.bytes).raw(row.request.bytes);
  for (const Instant at : {row.opened, row.changed, row.due, row.answered, row.accepted, row.ended,
                           row.consent_until}) {
    out.i64(at.ms);
  }
  out.u32(row.last_event).u32(row.events).u16(row.from).u16(row.to);
  out.u8(static_cast<std::uint8_t>(row.state)).u8(row.from_role).u8(row.to_role).u8(row.purpose);
  out.u8(row.urgency).u8(row.basis).u8(row.hop).u8(static_cast<std::uint8_t>(row.reason));
  out.u8(static_cast<std::uint8_t>(row.escalated | row.delivered << 1 | row.helped << 2));
}

ReferralRow get_referral(ByteReader& in) {
  ReferralRow row;
  row.id.bytes = in.array<16>();
  row.parent.bytes = in.array<16>();
  row.request.bytes = in.array<16>();
  for (Instant* at : {&row.opened, &row.changed, &row.due, &row.answered, &row.accepted, &row.ended,
                      &row.consent_until}) {
    at->ms = in.i64();
  }
  row.last_event = in.u32();
  row.events = in.u32();
  row.from = in.u16();
  row.to = in.u16();
  row.state = static_cast<State>(in.u8());
  row.from_role = in.u8();
  row.to_role = in.u8();
  row.purpose = in.u8();
  row.urgency = in.u8();
  row.basis = in.u8();
  row.hop = in.u8();
  row.reason = static_cast<wire::DeclineReason>(in.u8());
  const std::uint8_t flags = in.u8();
  row.escalated = (flags & 1) != 0;
  row.delivered = (flags & 2) != 0;
  row.helped = (flags & 4) != 0;
  return row;
}

void put(ByteWriter& out, const EventRow& row) {
  out.u64(row.position).i64(row.at.ms).i64(row.due.ms).u32(row.earlier).u32(row.referral);
  out.u8(static_cast<std::uint8_t>(row.kind)).u8(row.state);
  out.u8(static_cast<std::uint8_t>(row.reason));
}

EventRow get_event(ByteReader& in) {
  EventRow row;
  row.position = in.u64();
  row.at.ms = in.i64();
  row.due.ms = in.i64();
  row.earlier = in.u32();
  row.referral = in.u32();
  row.kind = static_cast<EventKind>(in.u8());
  row.state = in.u8();
  row.reason = static_cast<wire::DeclineReason>(in.u8());
  return row;
}

void put(ByteWriter& out, const AgencyRow& row) {
  out.str8(row.id.text()).u8(static_cast<std::uint8_t>(row.roles.size()));
  for (const std::string& role : row.roles) out.str8(role);
  out.u8(static_cast<std::uint8_t>(row.standing)).u8(row.listed ? 1 : 0);
  for (const Date date :
       {row.agreement.from, row.agreement.until, row.training.from, row.training.until}) {
    put_date(out, date);
  }
  for (const Instant at :
       {row.card_published_until, row.card_accepted_until, row.last_seen, row.capacity_at}) {
    out.i64(at.ms);
  }
  out.u8(static_cast<std::uint8_t>(row.capacity.size()));
  for (const wire::ServiceCapacity& service : row.capacity) {
    out.u8(service.purpose).str8(service.district).u8(static_cast<std::uint8_t>(service.openness));
    out.u16(service.places).u16(service.waiting);
  }
}

AgencyRow get_agency(ByteReader& in) {
  AgencyRow row;
  auto id = AgencyId::parse(in.str8());
  if (id) row.id = *id;
  row.roles.resize(in.u8());
  for (std::string& role : row.roles) role = in.str8();
  row.standing = static_cast<wire::Standing>(in.u8());
  row.listed = in.u8() == 1;
  for (Date* date :
       {&row.agreement.from, &row.agreement.until, &row.training.from, &row.training.until}) {
    *date = get_date(in);
  }
  for (Instant* at :
       {&row.card_published_until, &row.card_accepted_until, &row.last_seen, &row.capacity_at}) {
    at->ms = in.i64();
  }
  row.capacity.resize(in.u8());
  for (wire::ServiceCapacity& service : row.capacity) {
    service.purpose = in.u8();
    service.district = in.str8();
    service.openness = static_cast<wire::Openness>(in.u8());
    service.places = in.u16();
    service.waiting = in.u16();
  }
  return row;
}

void put(ByteWriter& out, const UnmetRow& row) {
  out.i64(row.at.ms).u16(row.by).u8(row.purpose).u8(row.urgency).str8(row.district);
  out.u8(static_cast<std::uint8_t>(row.reason));
}

UnmetRow get_unmet(ByteReader& in) {
  UnmetRow row;
  row.at.ms = in.i64();
  row.by = in.u16();
  row.purpose = in.u8();
  row.urgency = in.u8();
  row.district = in.str8();
  row.reason = static_cast<wire::UnmetReason>(in.u8());
  return row;
}

void put(ByteWriter& out, const ReviewRow& row) {
  out.u64(row.position).i64(row.at.ms).i64(row.due.ms).u32(row.referral);
  out.u8(static_cast<std::uint8_t>(row.kind)).str8(row.acknowledged_by);
  out.i64(row.acknowledged_at.ms);
}

ReviewRow get_review(ByteReader& in) {
  ReviewRow row;
  row.position = in.u64();
  row.at.ms = in.i64();
  row.due.ms = in.i64();
  row.referral = in.u32();
  row.kind = static_cast<EventKind>(in.u8());
  row.acknowledged_by = in.str8();
  row.acknowledged_at.ms = in.i64();
  return row;
}

template <class Rows>
void put_all(ByteWriter& out, const Rows& rows) {
  out.u32(static_cast<std::uint32_t>(rows.size()));
  for (const auto& row : rows) put(out, row);
}

template <class Row>
void get_all(ByteReader& in, std::vector<Row>& rows, Row (*get)(ByteReader&)) {
  const std::uint32_t count = in.u32();
  if (count > in.remaining()) return static_cast<void>(in.raw(SIZE_MAX));  // fails the reader
  rows.reserve(count);
  for (std::uint32_t i = 0; i < count && !in.failed(); ++i) rows.push_back(get(in));
}

}  // namespace

void SnapshotAccess::put(ByteWriter& out, const Projection& from) {
  out.u64(from.size_).i64(from.last_at_.ms).str8(from.network_);
  put_all(out, from.agencies_);
  put_all(out, from.rows_);
  put_all(out, from.events_);
  put_all(out, from.unmet_);
  out.u32(static_cast<std::uint32_t>(from.reviews_.size()));
  for (const auto& [position, row] : from.reviews_) dashboard::put(out, row);
  out.u32(static_cast<std::uint32_t>(from.deletions_.size()));
  for (const auto& [row, due] : from.deletions_) out.u32(row).i64(due.ms);
}

Status SnapshotAccess::get(ByteReader& in, Projection& to) {
  to.size_ = in.u64();
  to.last_at_.ms = in.i64();
  to.network_ = in.str8();
  get_all(in, to.agencies_, get_agency);
  get_all(in, to.rows_, get_referral);
  get_all(in, to.events_, get_event);
  get_all(in, to.unmet_, get_unmet);
  std::vector<ReviewRow> reviews;
  get_all(in, reviews, get_review);
  for (const ReviewRow& row : reviews)
    to.reviews_.emplace_hint(to.reviews_.end(), row.position, row);
  const std::uint32_t owed = in.u32();
  for (std::uint32_t i = 0; i < owed && !in.failed(); ++i) {
    const RowIndex row = in.u32();
    to.deletions_[row] = Instant{in.i64()};
  }
  TRY_OK(in.finish("dashboard snapshot"));
  for (AgencyIndex i = 0; i < to.agencies_.size(); ++i) to.by_agency_[to.agencies_[i].id] = i;
  for (RowIndex i = 0; i < to.rows_.size(); ++i) to.by_id_[to.rows_[i].id] = i;
  return {};
}

Bytes encode(const Snapshot& snapshot) {
  ByteWriter out(256 + snapshot.projection.referrals().size() * 130 +
                 snapshot.projection.events().size() * 36);
  out.label(kLabel).u8(kVersion);
  out.blob(snapshot.tree.serialise()).blob(view_of(snapshot.checkpoint));
  SnapshotAccess::put(out, snapshot.projection);
  const Digest digest = seal::sha256(out.bytes());
  out.raw(digest);
  return out.take();
}

Result<Snapshot> decode_snapshot(ByteView bytes) {
  const Error damaged = corrupt("the snapshot is not what was written; the ledger is read again");
  if (bytes.size() < sizeof(Digest)) return damaged;
  const ByteView body = bytes.first(bytes.size() - sizeof(Digest));
  if (!equal(seal::sha256(body), bytes.last(sizeof(Digest)))) return damaged;
  ByteReader in(body);
  in.label(kLabel);
  if (in.u8() != kVersion) {
    return Error{ErrorCode::kUnsupported, "the snapshot is of another version of this program"};
  }
  Snapshot snapshot;
  auto tree = ledger::Frontier::parse(in.blob(kTextBytesMax));
  if (!tree) return damaged;
  snapshot.tree = std::move(*tree);
  snapshot.checkpoint = std::string(text_of(in.blob(kTextBytesMax)));
  if (!SnapshotAccess::get(in, snapshot.projection)) return damaged;
  if (snapshot.tree.size() != snapshot.projection.size()) return damaged;
  return snapshot;
}

}  // namespace safeconduct::dashboard
