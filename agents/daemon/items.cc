#include "agents/daemon/items.h"

#include <array>

#include "schemas/base/codec.h"

namespace safeconduct::agent {
namespace {

// First byte of every stored value; a later form gets another one.
constexpr std::uint8_t kForm = 1;

constexpr std::array<std::string_view, 9> kSentStates = {"",          "queued",   "submitted",
                                                         "delivered", "received", "refused",
                                                         "rejected",  "expired",  "withdrawn"};

void write_outcome(ByteWriter& out, const wire::CategoryOutcome& outcome) {
  out.raw(outcome.level).raw(outcome.reason);
}

wire::CategoryOutcome read_outcome(ByteReader& in) {
  wire::CategoryOutcome outcome;
  outcome.level = in.array<wire::kCategories>();
  outcome.reason = in.array<wire::kCategories>();
  return outcome;
}

void write_agency(ByteWriter& out, const AgencyId& id) {
  out.str8(id.text());
}

AgencyId read_agency(ByteReader& in) {
  auto id = AgencyId::parse(in.str8());
  return id ? *id : AgencyId();
}

// A store of our own that does not decode was damaged.
Status finish(const ByteReader& in, std::uint8_t form, std::string_view what) {
  if (form == kForm && in.finish(what)) return {};
  return corrupt("a stored " + std::string(what) + " is damaged");
}

void write_obligations(ByteWriter& out, const std::vector<wire::Obligation>& obligations) {
  out.u8(static_cast<std::uint8_t>(obligations.size()));
  for (const wire::Obligation& o : obligations) out.u8(o.duty).u32(o.hours).str8(o.by);
}

std::vector<wire::Obligation> read_obligations(ByteReader& in) {
  std::vector<wire::Obligation> out;
  for (std::size_t i = 0, n = in.u8(); i < n && !in.failed(); ++i) {
    wire::Obligation o;
    o.duty = in.u8();
    o.hours = in.u32();
    o.by = in.str8();
    out.push_back(std::move(o));
  }
  return out;
}

}  // namespace

std::string_view name(SentState state) {
  return kSentStates[static_cast<std::size_t>(state)];
}

std::optional<SentState> sent_state_named(std::string_view word) {
  for (std::size_t i = 1; i < kSentStates.size(); ++i) {
    if (kSentStates[i] == word) return static_cast<SentState>(i);
  }
  return std::nullopt;
}

bool is_final(SentState state) {
  switch (state) {
    case SentState::kQueued:
    case SentState::kSubmitted:
    case SentState::kDelivered:
      return false;
    case SentState::kReceived:
    case SentState::kRefused:
    case SentState::kRejected:
    case SentState::kExpired:
    case SentState::kWithdrawn:
      return true;
  }
  return true;
}

std::string_view name(ConsentState state) {
  switch (state) {
    case ConsentState::kQueued:
      return "queued";
    case ConsentState::kRecorded:
      return "recorded";
    case ConsentState::kRefused:
      return "refused";
    case ConsentState::kWithdrawing:
      return "withdrawing";
    case ConsentState::kWithdrawn:
      return "withdrawn";
  }
  return "";
}

Bytes encode(const Sent& s) {
  ByteWriter out;
  out.u8(kForm).raw(s.first.bytes).raw(s.current.bytes).u64(s.seq).raw(s.referral.bytes);
  write_agency(out, s.to);
  out.u8(s.from_role).u8(s.to_role).u8(s.purpose).u8(s.urgency).u8(s.stage).u8(s.basis);
  out.u16(s.circumstances).u8(s.hop).raw(s.prior.bytes).raw(s.consent.bytes);
  out.i64(s.queued_at.ms).i64(s.content_end.ms);
  out.u8(static_cast<std::uint8_t>(s.state)).i64(s.changed_at.ms);
  out.raw(s.digest).raw(s.sealed_to.bytes).u64(s.offered).raw(s.supersedes.bytes);
  out.raw(s.superseded_digest);
  out.raw(s.avoid.bytes).u8(s.retries).u32(s.expiries);
  out.u64(s.position).u8(s.verdict).u64(s.kept);
  write_outcome(out, s.outcome);
  out.u16(static_cast<std::uint16_t>(s.rules.size()));
  for (const std::string& rule : s.rules) out.str8(rule);
  write_obligations(out, s.obligations);
  out.u64(s.received_kept).u8(s.rejection).u8(s.differs ? 1 : 0);
  out.i64(s.delivered_at.ms);
  return out.take();
}

Result<Sent> decode_sent(ByteView bytes) {
  ByteReader in(bytes);
  const std::uint8_t form = in.u8();
  Sent s;
  s.first.bytes = in.array<16>();
  s.current.bytes = in.array<16>();
  s.seq = in.u64();
  s.referral.bytes = in.array<16>();
  s.to = read_agency(in);
  s.from_role = in.u8();
  s.to_role = in.u8();
  s.purpose = in.u8();
  s.urgency = in.u8();
  s.stage = in.u8();
  s.basis = in.u8();
  s.circumstances = in.u16();
  s.hop = in.u8();
  s.prior.bytes = in.array<16>();
  s.consent.bytes = in.array<16>();
  s.queued_at.ms = in.i64();
  s.content_end.ms = in.i64();
  s.state = static_cast<SentState>(in.u8());
  s.changed_at.ms = in.i64();
  s.digest = in.array<32>();
  s.sealed_to.bytes = in.array<8>();
  s.offered = in.u64();
  s.supersedes.bytes = in.array<16>();
  s.superseded_digest = in.array<32>();
  s.avoid.bytes = in.array<8>();
  s.retries = in.u8();
  s.expiries = in.u32();
  s.position = in.u64();
  s.verdict = in.u8();
  s.kept = in.u64();
  s.outcome = read_outcome(in);
  const std::uint16_t rules = in.u16();
  for (std::uint16_t i = 0; i < rules && !in.failed(); ++i) s.rules.push_back(in.str8());
  s.obligations = read_obligations(in);
  s.received_kept = in.u64();
  s.rejection = in.u8();
  s.differs = in.u8() != 0;
  s.delivered_at.ms = in.i64();
  TRY_OK(finish(in, form, "referral"));
  if (s.state < SentState::kQueued || s.state > SentState::kWithdrawn) {
    return corrupt("a stored referral is damaged");
  }
  return s;
}

Bytes encode(const Received& r) {
  ByteWriter out;
  out.u8(kForm).raw(r.message.bytes).u64(r.seq).raw(r.referral.bytes);
  write_agency(out, r.from);
  out.u8(r.from_role).u8(r.to_role).u8(r.purpose).u8(r.urgency).u8(r.stage).u8(r.hop);
  out.i64(r.received_at.ms).i64(r.content_end.ms).u64(r.kept).u8(r.rejection);
  out.u8(r.stopped ? 1 : 0).u8(r.ended ? 1 : 0).blob(r.receipt);
  write_obligations(out, r.obligations);
  return out.take();
}

Result<Received> decode_received(ByteView bytes) {
  ByteReader in(bytes);
  const std::uint8_t form = in.u8();
  Received r;
  r.message.bytes = in.array<16>();
  r.seq = in.u64();
  r.referral.bytes = in.array<16>();
  r.from = read_agency(in);
  r.from_role = in.u8();
  r.to_role = in.u8();
  r.purpose = in.u8();
  r.urgency = in.u8();
  r.stage = in.u8();
  r.hop = in.u8();
  r.received_at.ms = in.i64();
  r.content_end.ms = in.i64();
  r.kept = in.u64();
  r.rejection = in.u8();
  r.stopped = in.u8() != 0;
  r.ended = in.u8() != 0;
  r.receipt = to_bytes(in.blob(bytes.size()));
  r.obligations = read_obligations(in);
  TRY_OK(finish(in, form, "inbox entry"));
  return r;
}

Bytes encode(const Consent& c) {
  ByteWriter out;
  out.u8(kForm).raw(c.id.bytes).u8(static_cast<std::uint8_t>(c.state)).u64(c.position);
  out.raw(c.evidence_salt).blob(c.body).blob(view_of(c.reason)).i64(c.withdrawn_at.ms);
  out.u32(c.taken_back);
  return out.take();
}

Result<Consent> decode_stored_consent(ByteView bytes) {
  ByteReader in(bytes);
  const std::uint8_t form = in.u8();
  Consent c;
  c.id.bytes = in.array<16>();
  c.state = static_cast<ConsentState>(in.u8());
  c.position = in.u64();
  c.evidence_salt = in.array<32>();
  c.body = to_bytes(in.blob(bytes.size()));
  c.reason = std::string(text_of(in.blob(bytes.size())));
  c.withdrawn_at.ms = in.i64();
  c.taken_back = in.u32();
  TRY_OK(finish(in, form, "consent"));
  return c;
}

Bytes encode(const Outgoing& o) {
  ByteWriter out;
  out.u8(kForm).u64(o.seq).u8(static_cast<std::uint8_t>(o.kind)).blob(o.body).raw(o.key.bytes);
  out.raw(o.signature).raw(o.consent.bytes).raw(o.message.bytes).u64(o.counter);
  return out.take();
}

Result<Outgoing> decode_outgoing(ByteView bytes) {
  ByteReader in(bytes);
  const std::uint8_t form = in.u8();
  Outgoing o;
  o.seq = in.u64();
  o.kind = static_cast<wire::RecordKind>(in.u8());
  o.body = to_bytes(in.blob(bytes.size()));
  o.key.bytes = in.array<8>();
  o.signature = in.array<64>();
  o.consent.bytes = in.array<16>();
  o.message.bytes = in.array<16>();
  o.counter = in.u64();
  TRY_OK(finish(in, form, "record"));
  return o;
}

}  // namespace safeconduct::agent
