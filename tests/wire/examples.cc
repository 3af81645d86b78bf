#include "tests/wire/examples.h"

#include "schemas/wire/header.h"

namespace safeconduct::wire {
namespace {

constexpr Instant kNoon{1'795'600'000'000};

BatchSignature example_signature() {
  BatchSignature out;
  out.place = 17;
  out.salt = filled<32>(1);
  for (std::size_t i = 0; i < kSiblings; ++i) {
    out.siblings[i] = filled<32>(static_cast<std::uint8_t>(2 + i));
  }
  out.signature = filled<64>(9);
  return out;
}

EntryView example_entry() {
  EntryView out;
  out.leaf = Bytes(120, 3);
  out.parts = {{1, filled<32>(4), Bytes(80, 5)}, {3, filled<32>(6), Bytes(90, 7)}};
  out.inclusion = {filled<32>(8), filled<32>(9), filled<32>(10)};
  return out;
}

Checkpoint example_checkpoint() {
  return {to_bytes("log.example\n12\nroot\n"), 7, {filled<32>(11), filled<32>(12)}};
}

CategoryOutcome example_outcome() {
  CategoryOutcome out;
  for (std::size_t i = 0; i < kCategories; ++i) {
    out.level[i] = static_cast<std::uint8_t>(i % 3);
    out.reason[i] = static_cast<std::uint8_t>(i % 3 == 2 ? 0 : 1 + i);
  }
  return out;
}

RoutingPart example_routing() {
  const Header h = example_header();
  return {.message = h.message_id,
          .referral = h.referral_id,
          .from = h.from,
          .to = h.to,
          .from_role = h.from_role,
          .to_role = h.to_role,
          .purpose = h.purpose,
          .urgency = h.urgency,
          .stage = h.stage,
          .basis = h.basis,
          .circumstances = h.circumstances,
          .hop = h.hop,
          .went_on = true,
          .sealed_bytes = 4096,
          .consent_until = h.content_end};
}

SenderPart example_sender() {
  return {.message = {filled<16>(1)},
          .verdict = 0,
          .kept = 0x2a,
          .outcome = example_outcome(),
          .rules = {"N4", "R3"},
          .obligations = {{1, 0, "D1"}, {4, 72, "D3"}},
          .receipt = encode_receipt({encode(example_receipt()), example_signature()})};
}

RecipientPart example_recipient() {
  return {{filled<16>(1)}, {filled<16>(2)}, agency("lighthouse"), filled<32>(3), 0x2a, kNoon, true,
          {{2, 0, ""}}};
}

InForce in_force() {
  return {.directory = 4, .policy = 5, .consent = {9, 11}};
}

RestrictedSubmission restricted_submission() {
  RestrictedSubmission out;
  out.facts.header = encode(example_header());
  for (std::size_t i = 0; i < kSlots; ++i) {
    out.facts.leaves[i] = filled<32>(static_cast<std::uint8_t>(i));
  }
  out.facts.offered_digest = filled<32>(60);
  out.facts.offered = 0x2a;
  out.facts.offered_salt = filled<32>(61);
  out.facts.signature = example_signature();
  out.facts.consent = {filled<16>(62)};
  out.facts.consent_salt = filled<32>(63);
  out.facts.sealed_bytes = 4096;
  out.in_force = in_force();
  return out;
}

SignedRecord signed_withdrawal() {
  return {RecordKind::kWithdrawal, encode(example_withdrawal()), {filled<8>(1)}, filled<64>(2)};
}

template <class Decode>
Form form(std::string name, Bytes valid, Decode decode) {
  return {std::move(name), std::move(valid), [decode](ByteView bytes) -> Result<Bytes> {
            TRY(value, decode(bytes));
            return encode(value);
          }};
}

}  // namespace

Header example_header() {
  Header h;
  h.message_id.bytes = filled<16>(1);
  h.referral_id.bytes = filled<16>(2);
  h.from = agency("lighthouse");
  h.to = agency("haven");
  h.from_role = 2;
  h.to_role = 4;
  h.signing_key.bytes = filled<8>(3);
  h.sealing_key.bytes = filled<8>(4);
  h.purpose = 2;
  h.urgency = 2;
  h.stage = 2;
  h.basis = 1;
  h.circumstances = 5;
  h.hop = 2;
  h.prior.bytes = filled<16>(5);
  h.vocabulary_hash = filled<32>(6);
  h.policy_hash = filled<32>(7);
  h.consent_commitment = filled<32>(8);
  h.created = kNoon;
  h.transport_expiry = kNoon + hours(24);
  h.content_end = kNoon + days(90);
  return h;
}

ConsentRecord example_consent() {
  ConsentRecord r;
  r.id.bytes = filled<16>(1);
  r.version = 3;
  r.previous = {filled<32>(2), filled<32>(3)};
  r.recorded_by = agency("lighthouse");
  r.grantor = Grantor::kGuardian;
  r.evidence = filled<32>(4);
  r.given = kNoon;
  r.expires = kNoon + days(30);
  r.fresh_in_reflection = true;
  r.scopes = {{2, {agency("haven"), agency("refuge")}, 0x7, 0x18, 0x10, true},
              {10, {agency("stmary")}, 0x80, 0, 0x80, false}};
  r.never_categories = 0x2000;
  r.never_agencies = {agency("precinct9")};
  r.onward_depth = 2;
  r.onward_purposes = {10, 11};
  return r;
}

Withdrawal example_withdrawal() {
  return {{filled<16>(1)}, {}, agency("lighthouse"), 0x4080, kNoon};
}

SealingCard example_card() {
  return {agency("haven"), 12, filled<32>(1), kNoon, kNoon + days(7), kNoon + days(14)};
}

OperatorAction example_action() {
  OperatorAction action;
  action.id.bytes = filled<16>(7);
  action.recorded_by = agency("dashboard");
  action.who = "op-17";
  action.what = Action::kAcknowledge;
  action.position = 4711;
  action.at = {1'764'000'000'000};
  return action;
}

ReceiptRecord example_receipt() {
  return {{filled<16>(1)}, 77, filled<32>(2), 0x2a, Rejection::kNone, kNoon};
}

Sealed example_sealed() {
  Sealed out;
  out.header = encode(example_header());
  for (std::size_t i = 0; i < kSlots; ++i) {
    out.leaves[i] = filled<32>(static_cast<std::uint8_t>(i));
  }
  out.offered_digest = filled<32>(50);
  out.encapsulated = filled<32>(51);
  out.signature = example_signature();
  out.slots = {{1, filled<32>(52), filled<48>(53), Bytes(272, 54)},
               {37, filled<32>(55), filled<48>(56), Bytes(80, 57)}};
  return out;
}

std::vector<ToBroker> frames_to_broker() {
  return {{1, Hello{kProtocol, "safeconduct 0.1.0", 42}},
          {2, Submission{example_sealed(), 0x2a, filled<32>(1), {filled<16>(2)}, filled<32>(3)}},
          {3, signed_withdrawal()},
          {4, Credit{64, 42}},
          {5, Receipt{encode(example_receipt()), example_signature()}},
          {6, Subscribe{9}}};
}

std::vector<ToAgent> frames_to_agent() {
  return {{1, Welcome{kProtocol, kNoon, example_checkpoint()}},
          {2, Decided{{filled<16>(1)}, 12, true, encode(example_sender())}},
          {3, Recorded{13}},
          {4, Delivery{example_sealed(), example_entry()}},
          {5, Feed{{example_entry(), example_entry()},
                   15,
                   {{example_header().from, "safeconduct 0.1.0"}}}},
          {6, example_checkpoint()},
          {7, Problem{ErrorCode::kOverloaded, "try again later", 500, {filled<16>(1)}}}};
}

std::vector<Form> canonical_forms() {
  const RestrictedRefusal refusal{agency("haven"), 111, 3, "header is truncated or malformed"};
  const RecordedRecord recorded{
      agency("haven"), signed_withdrawal(), {{filled<16>(3)}, {filled<16>(4)}}};
  std::vector<Form> out{
      form("header", encode(example_header()), decode_header),
      form("consent record", encode(example_consent()), decode_consent),
      form("withdrawal", encode(example_withdrawal()), decode_withdrawal),
      form("sealing card", encode(example_card()), decode_sealing_card),
      form("receipt", encode(example_receipt()), decode_receipt),
      form("operator action", encode(example_action()), decode_operator_action),
      form("routing part", encode(example_routing()), decode_routing),
      form("sender's part", encode(example_sender()), decode_sender),
      form("recipient's part", encode(example_recipient()), decode_recipient),
      form("restricted submission", encode(restricted_submission()), decode_restricted_submission),
      form("restricted delivery", encode(RestrictedDelivery{12, in_force()}),
           decode_restricted_delivery),
      form("restricted refusal", encode(refusal), decode_restricted_refusal),
      form("recorded record", encode(recorded), decode_recorded),
      {"signed receipt", encode_receipt({encode(example_receipt()), example_signature()}),
       [](ByteView bytes) -> Result<Bytes> {
         TRY(receipt, decode_receipt_frame(bytes));
         return encode_receipt(receipt);
       }},
      {"sealed message", encode_sealed(example_sealed()),
       [](ByteView bytes) -> Result<Bytes> {
         TRY(sealed, decode_sealed(bytes));
         return encode_sealed(sealed);
       }},
      form("referral part", encode(example_referral_part()), decode_referral_part),
  };
  for (const ReferralRecord& record : example_referral_records()) {
    const RecordKind kind = kind_of(record);
    out.push_back({"record of kind " + std::to_string(static_cast<int>(kind)), encode(record),
                   [kind](ByteView bytes) -> Result<Bytes> {
                     TRY(value, decode_referral_record(kind, bytes));
                     return encode(value);
                   }});
  }
  return out;
}

std::vector<Form> all_forms() {
  std::vector<Form> out = canonical_forms();
  for (const ToBroker& frame : frames_to_broker()) {
    out.push_back(form("frame " + std::to_string(frame.request) + " to the broker", encode(frame),
                       decode_to_broker));
  }
  for (const ToAgent& frame : frames_to_agent()) {
    out.push_back(form("frame " + std::to_string(frame.request) + " to the agent", encode(frame),
                       decode_to_agent));
  }
  return out;
}

}  // namespace safeconduct::wire
