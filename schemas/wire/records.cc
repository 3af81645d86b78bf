#include "schemas/wire/records.h"

#include "schemas/base/limits.h"
#include "schemas/wire/fields.h"
#include "schemas/wire/header.h"

namespace safeconduct::wire {
namespace {

constexpr std::string_view kConsentLabel = "safeconduct/1 consent";
constexpr std::string_view kWithdrawalLabel = "safeconduct/1 withdrawal";
constexpr std::string_view kCardLabel = "safeconduct/1 sealing card";
constexpr std::string_view kReceiptLabel = "safeconduct/1 receipt";
constexpr std::string_view kActionLabel = "safeconduct/1 operator action";

void put_scope(ByteWriter& out, const ConsentScope& scope) {
  out.u8(scope.purpose).u32(scope.full).u32(scope.generalised).u32(scope.named);
  out.u8(scope.person_initiated ? 1 : 0);
  put_agencies(out, scope.recipients);
}

ConsentScope read_scope(Fields& f) {
  ConsentScope scope;
  scope.purpose = f.in.u8();
  scope.full = f.in.u32();
  scope.generalised = f.in.u32();
  scope.named = f.in.u32();
  scope.person_initiated = f.boolean();
  scope.recipients = f.agencies(limits::kRecipientsPerScopeMax);
  f.require(!scope.recipients.empty());
  return scope;
}

std::vector<ConsentScope> read_scopes(Fields& f) {
  const std::size_t count = f.in.u8();
  f.require(count >= 1 && count <= limits::kScopesPerConsentMax);
  std::vector<ConsentScope> scopes;
  for (std::size_t i = 0; i < count && f.ok(); ++i) {
    scopes.push_back(read_scope(f));
    f.require(i == 0 || scopes[i - 1].purpose < scopes[i].purpose);
  }
  return scopes;
}

constexpr std::uint8_t kFresh = 1;
constexpr std::uint8_t kWritten = 2;

std::uint8_t flags_of(const ConsentRecord& r) {
  return static_cast<std::uint8_t>((r.fresh_in_reflection ? kFresh : 0) |
                                   (r.written ? kWritten : 0));
}

}  // namespace

bool known(RecordKind kind) {
  switch (kind) {
    case RecordKind::kConsent:
    case RecordKind::kWithdrawal:
    case RecordKind::kSealingCard:
    case RecordKind::kDirectory:
    case RecordKind::kPolicy:
    case RecordKind::kOperatorAction:
    case RecordKind::kMove:
    case RecordKind::kRequest:
    case RecordKind::kDeletion:
    case RecordKind::kException:
    case RecordKind::kExclusion:
    case RecordKind::kCapacity:
    case RecordKind::kUnmetNeed:
    case RecordKind::kQuestion:
    case RecordKind::kServiceProfile:
    case RecordKind::kRetention:
    case RecordKind::kHold:
    case RecordKind::kHoldLifted:
      return true;
  }
  return false;
}

Bytes encode(const ConsentRecord& r) {
  ByteWriter out;
  out.label(kConsentLabel).u8(1).raw(r.id.bytes).u32(r.version);
  out.u8(count_of(r.previous));
  for (const Digest& hash : r.previous) out.raw(hash);
  out.str8(r.recorded_by.text()).u8(static_cast<std::uint8_t>(r.grantor)).raw(r.evidence);
  out.i64(r.given.ms).i64(r.expires.ms).u8(flags_of(r));
  out.u8(count_of(r.scopes));
  for (const ConsentScope& scope : r.scopes) put_scope(out, scope);
  out.u32(r.never_categories);
  put_agencies(out, r.never_agencies);
  out.u8(r.onward_depth).u8(count_of(r.onward_purposes));
  for (std::uint8_t purpose : r.onward_purposes) out.u8(purpose);
  return out.take();
}

Result<ConsentRecord> decode_consent(ByteView bytes) {
  Fields f(bytes);
  ConsentRecord r;
  TRY_OK(f.start(kConsentLabel, "consent record"));
  r.id.bytes = f.in.array<16>();
  r.version = f.in.u32();
  const std::size_t previous = f.in.u8();
  f.require(previous <= limits::kConsentHeadsMax && !r.id.is_zero() && r.version >= 1);
  for (std::size_t i = 0; i < previous && f.ok(); ++i) r.previous.push_back(f.in.array<32>());
  r.recorded_by = f.agency();
  r.grantor = static_cast<Grantor>(f.in.u8());
  f.require(r.grantor >= Grantor::kSelf && r.grantor <= Grantor::kAllegedAbuser);
  r.evidence = f.in.array<32>();
  r.given = f.instant();
  r.expires = f.instant();
  f.require(r.expires > r.given && r.expires - r.given <= limits::kConsentMax);
  const std::uint8_t flags = f.in.u8();
  f.require((flags & ~(kFresh | kWritten)) == 0);
  r.fresh_in_reflection = (flags & kFresh) != 0;
  r.written = (flags & kWritten) != 0;
  r.scopes = read_scopes(f);
  r.never_categories = f.in.u32();
  r.never_agencies = f.agencies(limits::kRecipientsPerScopeMax);
  r.onward_depth = f.in.u8();
  f.require(r.onward_depth >= 1 && r.onward_depth <= 2);
  for (std::size_t i = 0, n = f.in.u8(); i < n && f.ok(); ++i)
    r.onward_purposes.push_back(f.in.u8());
  TRY_OK(f.finish("consent record"));
  return r;
}

Bytes encode(const Withdrawal& r) {
  ByteWriter out;
  out.label(kWithdrawalLabel).u8(1).raw(r.consent.bytes).raw(r.message.bytes);
  out.str8(r.recorded_by.text()).u32(r.categories).i64(r.at.ms);
  return out.take();
}

Result<Withdrawal> decode_withdrawal(ByteView bytes) {
  Fields f(bytes);
  Withdrawal r;
  TRY_OK(f.start(kWithdrawalLabel, "withdrawal"));
  r.consent.bytes = f.in.array<16>();
  r.message.bytes = f.in.array<16>();
  f.require(r.consent.is_zero() != r.message.is_zero());
  r.recorded_by = f.agency();
  r.categories = f.in.u32();
  r.at = f.instant();
  TRY_OK(f.finish("withdrawal"));
  return r;
}

Bytes encode(const SealingCard& r) {
  ByteWriter out;
  out.label(kCardLabel).u8(1).str8(r.agency.text()).u64(r.counter).raw(r.key);
  out.i64(r.not_before.ms).i64(r.not_after.ms).i64(r.accepted_until.ms);
  return out.take();
}

Result<SealingCard> decode_sealing_card(ByteView bytes) {
  Fields f(bytes);
  SealingCard r;
  TRY_OK(f.start(kCardLabel, "sealing card"));
  r.agency = f.agency();
  r.counter = f.in.u64();
  r.key = f.in.array<32>();
  r.not_before = f.instant();
  r.not_after = f.instant();
  r.accepted_until = f.instant();
  f.require(r.not_before < r.not_after && r.not_after <= r.accepted_until &&
            r.accepted_until - r.not_before <= limits::kSealingCardAccepted);
  TRY_OK(f.finish("sealing card"));
  return r;
}

Bytes encode(const ReceiptRecord& r) {
  ByteWriter out;
  out.label(kReceiptLabel).u8(1).raw(r.message.bytes).u64(r.delivery).raw(r.digest);
  out.u64(r.kept).u8(static_cast<std::uint8_t>(r.rejection)).i64(r.at.ms);
  return out.take();
}

Result<ReceiptRecord> decode_receipt(ByteView bytes) {
  Fields f(bytes);
  ReceiptRecord r;
  TRY_OK(f.start(kReceiptLabel, "receipt"));
  r.message.bytes = f.in.array<16>();
  r.delivery = f.in.u64();
  r.digest = f.in.array<32>();
  r.kept = f.in.u64();
  r.rejection = static_cast<Rejection>(f.in.u8());
  f.require(r.rejection <= Rejection::kStale && (r.rejection == Rejection::kNone || r.kept == 0));
  r.at = f.instant();
  TRY_OK(f.finish("receipt"));
  return r;
}

std::string_view name(Action action) {
  switch (action) {
    case Action::kSignIn:
      return "sign in";
    case Action::kSignInRefused:
      return "sign in refused";
    case Action::kSignOut:
      return "sign out";
    case Action::kListViewed:
      return "list viewed";
    case Action::kReferralViewed:
      return "referral viewed";
    case Action::kEntryViewed:
      return "entry viewed";
    case Action::kReportViewed:
      return "report viewed";
    case Action::kExport:
      return "export";
    case Action::kAcknowledge:
      return "acknowledge";
    case Action::kAccountChanged:
      return "account changed";
  }
  return "unknown";
}

Bytes encode(const OperatorAction& r) {
  ByteWriter out;
  out.label(kActionLabel).u8(1).raw(r.id.bytes).str8(r.recorded_by.text()).str8(r.who);
  out.u8(static_cast<std::uint8_t>(r.what)).u64(r.position).raw(r.referral.bytes).i64(r.at.ms);
  return out.take();
}

Result<OperatorAction> decode_operator_action(ByteView bytes) {
  Fields f(bytes);
  OperatorAction r;
  TRY_OK(f.start(kActionLabel, "operator action"));
  r.id.bytes = f.in.array<16>();
  r.recorded_by = f.agency();
  r.who = f.agency().text();
  r.what = static_cast<Action>(f.in.u8());
  r.position = f.in.u64();
  r.referral.bytes = f.in.array<16>();
  r.at = f.instant();
  const bool position = r.position != OperatorAction::kNoPosition;
  f.require(!r.id.is_zero() && name(r.what) != "unknown");
  f.require(r.what != Action::kReferralViewed || !r.referral.is_zero());
  f.require((r.what != Action::kEntryViewed && r.what != Action::kAcknowledge) || position);
  TRY_OK(f.finish("operator action"));
  return r;
}

Bytes signed_bytes(std::string_view label, ByteView body) {
  ByteWriter out;
  out.label(label).raw(body);
  return out.take();
}

}  // namespace safeconduct::wire
