#include "schemas/wire/parts.h"

#include "schemas/base/codec.h"
#include "schemas/base/limits.h"
#include "schemas/wire/batch_signature.h"

namespace safeconduct::wire {
namespace {

constexpr std::size_t kSentenceBytesMax = 255;
constexpr std::size_t kReceiptBytesMax = 1024;
// Room for the usual one: leaves, header, signature, salts.
constexpr std::size_t kRestrictedSubmissionBytes = 2304;

AgencyId read_agency(ByteReader& in, bool& sound) {
  auto id = AgencyId::parse(in.str8());
  sound = sound && id.has_value();
  return id ? *id : AgencyId();
}

bool read_bool(ByteReader& in, bool& sound) {
  const std::uint8_t v = in.u8();
  sound = sound && v <= 1;
  return v == 1;
}

Status finish(const ByteReader& in, bool sound, std::string_view what) {
  TRY_OK(in.finish(what));
  if (!sound) return invalid(std::string(what) + " has a field out of its range");
  return {};
}

void put(ByteWriter& out, const InForce& f) {
  SC_CHECK(f.consent.size() <= UINT16_MAX);
  out.u64(f.directory).u64(f.policy).u16(static_cast<std::uint16_t>(f.consent.size()));
  for (std::uint64_t position : f.consent) out.u64(position);
}

InForce read_in_force(ByteReader& in, bool& sound) {
  InForce f;
  f.directory = in.u64();
  f.policy = in.u64();
  for (std::size_t i = 0, n = in.u16(); i < n && !in.failed(); ++i) f.consent.push_back(in.u64());
  for (std::size_t i = 1; i < f.consent.size(); ++i) {
    sound = sound && f.consent[i - 1] < f.consent[i];
  }
  return f;
}

void put(ByteWriter& out, const std::vector<Obligation>& obligations) {
  SC_CHECK(obligations.size() <= kObligationsMax);
  out.u8(static_cast<std::uint8_t>(obligations.size()));
  for (const Obligation& o : obligations) out.u8(o.duty).u32(o.hours).str8(o.by);
}

std::vector<Obligation> read_obligations(ByteReader& in, bool& sound) {
  std::vector<Obligation> out;
  const std::size_t count = in.u8();
  sound = sound && count <= kObligationsMax;
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    Obligation o;
    o.duty = in.u8();
    o.hours = in.u32();
    o.by = in.str8();
    sound = sound && o.duty != 0 && (out.empty() || out.back().duty < o.duty);
    out.push_back(std::move(o));
  }
  return out;
}

// What can end or narrow what was sent before.
bool takes_back(RecordKind kind) {
  return kind == RecordKind::kWithdrawal || kind == RecordKind::kConsent;
}

}  // namespace

bool known_bus_verdict(std::uint8_t code) {
  return code >= static_cast<std::uint8_t>(Verdict::kWrongClock) &&
         code <= static_cast<std::uint8_t>(Verdict::kNoContent);
}

std::string_view sentence(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAdmitted:
      return "admitted";
    case Verdict::kWrongClock:
      return "the sender's clock is more than five minutes from the broker's; set the clock and "
             "send again";
    case Verdict::kExpired:
      return "the message's life is over or longer than allowed; seal it again";
    case Verdict::kUnknownWord:
      return "the header names a role, purpose, stage, basis or urgency that the vocabulary lacks; "
             "check the referral and the agent's version";
    case Verdict::kSigningKey:
      return "signed with a key that is not the sender's key in force; check the directory and the "
             "agent's keys";
    case Verdict::kSealingKey:
      return "sealed to a key that the recipient no longer accepts; the agent seals it again under "
             "the current key";
    case Verdict::kSender:
      return "the sender is suspended or does not hold the role it acts in; ask the network's "
             "authority";
    case Verdict::kRecipient:
      return "no agency of that name and role is in good standing; check the directory";
    case Verdict::kPriorMessage:
      return "the prior message named was not received by this sender; refer on only what you hold";
    case Verdict::kSuperseded:
      return "the message it re-seals has already taken effect; nothing more to do";
    case Verdict::kUsedId:
      return "the message id was used before for other content; make a new message";
    case Verdict::kNoPolicy:
      return "no policy is in force in this network yet; ask the privacy officers";
    case Verdict::kMalformed:
      return "the message is malformed or its seal does not fit; make a new message";
    case Verdict::kRecalled:
      return "recalled by its sender";
    case Verdict::kReferral:
      return "the referral is over, another's, or waits for an acceptance first; look at where it "
             "is before sending";
    case Verdict::kException:
      return "nothing on record allows this without consent; record the exception, and its second "
             "person, first";
    case Verdict::kDirectOnly:
      return "the policy in force keeps content from the broker; the agent seals it again and "
             "gives it to the recipient itself";
    case Verdict::kNoContent:
      return "the message holds no content, and no policy asks for direct transport; the agent "
             "seals it again";
  }
  return "unknown";
}

Bytes encode(const RoutingPart& p) {
  ByteWriter out;
  out.raw(p.message.bytes).raw(p.referral.bytes).str8(p.from.text()).str8(p.to.text());
  out.u8(p.from_role).u8(p.to_role).u8(p.purpose).u8(p.urgency).u8(p.stage).u8(p.basis);
  out.u16(p.circumstances).u8(p.hop).u8(p.went_on ? 1 : 0).u32(p.sealed_bytes);
  out.i64(p.consent_until.ms);
  return out.take();
}

Result<RoutingPart> decode_routing(ByteView bytes) {
  ByteReader in(bytes);
  bool sound = true;
  RoutingPart p;
  p.message.bytes = in.array<16>();
  p.referral.bytes = in.array<16>();
  p.from = read_agency(in, sound);
  p.to = read_agency(in, sound);
  p.from_role = in.u8();
  p.to_role = in.u8();
  p.purpose = in.u8();
  p.urgency = in.u8();
  p.stage = in.u8();
  p.basis = in.u8();
  p.circumstances = in.u16();
  p.hop = in.u8();
  p.went_on = read_bool(in, sound);
  p.sealed_bytes = in.u32();
  p.consent_until.ms = in.i64();
  sound = sound && in_calendar(p.consent_until);
  TRY_OK(finish(in, sound, "routing part"));
  return p;
}

Bytes encode(const SenderPart& p) {
  ByteWriter out;
  out.raw(p.message.bytes).u8(p.verdict).u64(p.kept).raw(p.outcome.level).raw(p.outcome.reason);
  SC_CHECK(p.rules.size() <= kRulesMax);
  out.u8(static_cast<std::uint8_t>(p.rules.size()));
  for (const std::string& rule : p.rules) out.str8(rule);
  put(out, p.obligations);
  out.blob(p.receipt);
  return out.take();
}

Result<SenderPart> decode_sender(ByteView bytes) {
  ByteReader in(bytes);
  SenderPart p;
  p.message.bytes = in.array<16>();
  p.verdict = in.u8();
  p.kept = in.u64();
  p.outcome.level = in.array<kCategories>();
  p.outcome.reason = in.array<kCategories>();
  const std::size_t rules = in.u8();
  for (std::size_t i = 0; i < rules && !in.failed(); ++i) p.rules.push_back(in.str8());
  bool sound = rules <= kRulesMax && p.kept >> kSlots == 0;
  p.obligations = read_obligations(in, sound);
  p.receipt = to_bytes(in.blob(kReceiptBytesMax));
  sound = sound && (p.verdict < kFirstBusVerdict || known_bus_verdict(p.verdict));
  for (std::uint8_t level : p.outcome.level) sound = sound && level <= 2;
  TRY_OK(finish(in, sound, "sender's part"));
  return p;
}

Bytes encode(const RecipientPart& p) {
  ByteWriter out;
  out.raw(p.message.bytes).raw(p.referral.bytes).str8(p.from.text()).raw(p.digest).u64(p.kept);
  out.i64(p.content_end.ms).u8(p.stop ? 1 : 0);
  put(out, p.obligations);
  return out.take();
}

Result<RecipientPart> decode_recipient(ByteView bytes) {
  ByteReader in(bytes);
  bool sound = true;
  RecipientPart p;
  p.message.bytes = in.array<16>();
  p.referral.bytes = in.array<16>();
  p.from = read_agency(in, sound);
  p.digest = in.array<32>();
  p.kept = in.u64();
  p.content_end.ms = in.i64();
  p.stop = read_bool(in, sound);
  p.obligations = read_obligations(in, sound);
  sound = sound && p.kept >> kSlots == 0 && in_calendar(p.content_end);
  TRY_OK(finish(in, sound, "recipient's part"));
  return p;
}

Bytes encode(const RestrictedSubmission& part) {
  return encode_restricted(part.facts, part.in_force, part.silent);
}

Bytes encode_restricted(const SubmissionFacts& facts, const InForce& in_force, bool silent) {
  ByteWriter out(kRestrictedSubmissionBytes);
  out.blob(facts.header);
  for (const Digest& leaf : facts.leaves) out.raw(leaf);
  out.raw(facts.offered_digest).u64(facts.offered).raw(facts.offered_salt);
  put(out, facts.signature);
  out.raw(facts.consent.bytes).raw(facts.consent_salt).u32(facts.sealed_bytes);
  put(out, in_force);
  out.u8(silent ? 1 : 0);
  return out.take();
}

Result<RestrictedSubmission> decode_restricted_submission(ByteView bytes) {
  ByteReader in(bytes);
  bool sound = true;
  RestrictedSubmission p;
  p.facts.header = to_bytes(in.blob(limits::kHeaderBytesMax));
  for (Digest& leaf : p.facts.leaves) leaf = in.array<32>();
  p.facts.offered_digest = in.array<32>();
  p.facts.offered = in.u64();
  p.facts.offered_salt = in.array<32>();
  p.facts.signature = read_batch_signature(in);
  p.facts.consent.bytes = in.array<16>();
  p.facts.consent_salt = in.array<32>();
  p.facts.sealed_bytes = in.u32();
  p.in_force = read_in_force(in, sound);
  p.silent = read_bool(in, sound);
  sound = sound && p.facts.offered >> kSlots == 0;
  TRY_OK(finish(in, sound, "restricted part of a submission"));
  return p;
}

Bytes encode(const RestrictedDelivery& p) {
  ByteWriter out;
  out.u64(p.submission);
  put(out, p.in_force);
  return out.take();
}

Result<RestrictedDelivery> decode_restricted_delivery(ByteView bytes) {
  ByteReader in(bytes);
  bool sound = true;
  RestrictedDelivery p;
  p.submission = in.u64();
  p.in_force = read_in_force(in, sound);
  TRY_OK(finish(in, sound, "restricted part of a delivery"));
  return p;
}

Bytes encode(const RestrictedRefusal& p) {
  ByteWriter out;
  out.str8(p.agency.text()).u8(p.verdict).u32(p.count);
  out.str8(std::string_view(p.what).substr(0, kSentenceBytesMax));
  return out.take();
}

Result<RestrictedRefusal> decode_restricted_refusal(ByteView bytes) {
  ByteReader in(bytes);
  bool sound = true;
  RestrictedRefusal p;
  p.agency = read_agency(in, sound);
  p.verdict = in.u8();
  p.count = in.u32();
  p.what = in.str8();
  TRY_OK(finish(in, sound, "restricted part of a refused frame"));
  return p;
}

Bytes encode(const RecordedRecord& p) {
  ByteWriter out;
  out.str8(p.agency.text()).u8(static_cast<std::uint8_t>(p.record.kind)).blob(p.record.body);
  out.raw(p.record.key.bytes).raw(p.record.signature);
  out.u32(static_cast<std::uint32_t>(p.touched.size()));
  for (const MessageId& message : p.touched) out.raw(message.bytes);
  return out.take();
}

Result<RecordedRecord> decode_recorded(ByteView bytes) {
  ByteReader in(bytes);
  bool sound = true;
  RecordedRecord p;
  const std::string agency = in.str8();
  if (!agency.empty()) {
    auto id = AgencyId::parse(agency);
    sound = id.has_value();
    if (id) p.agency = *id;
  }
  p.record.kind = static_cast<RecordKind>(in.u8());
  p.record.body = to_bytes(in.blob(limits::kDocumentBytesMax));
  p.record.key.bytes = in.array<8>();
  p.record.signature = in.array<64>();
  for (std::size_t i = 0, n = in.u32(); i < n && !in.failed(); ++i) {
    p.touched.push_back(MessageId{in.array<16>()});
  }
  sound = sound && (takes_back(p.record.kind) || p.touched.empty());
  TRY_OK(finish(in, sound && known(p.record.kind), "recorded record"));
  return p;
}

Bytes encode_receipt(const Receipt& receipt) {
  ByteWriter out;
  out.blob(receipt.body);
  put(out, receipt.signature);
  return out.take();
}

Result<Receipt> decode_receipt_frame(ByteView bytes) {
  ByteReader in(bytes);
  Receipt receipt;
  receipt.body = to_bytes(in.blob(kReceiptBytesMax));
  receipt.signature = read_batch_signature(in);
  TRY_OK(finish(in, true, "signed receipt"));
  return receipt;
}

}  // namespace safeconduct::wire
