#include "schemas/wire/header.h"

#include "schemas/base/codec.h"
#include "schemas/base/limits.h"

namespace safeconduct::wire {
namespace {

constexpr std::string_view kLabel = "safeconduct/1 header body";

// An agency id in a header: the reader fails on what is no agency id.
AgencyId read_agency(ByteReader& in, bool& ok) {
  auto id = AgencyId::parse(in.str8());
  ok = ok && id.has_value();
  return id ? *id : AgencyId();
}

Status check_sense(const Header& h) {
  if (h.suite != kSuite) {
    return Error{ErrorCode::kUnsupported,
                 "header names suite " + std::to_string(h.suite) +
                     ", this program speaks suite 1; upgrade one of the two"};
  }
  if (h.message_id.is_zero() || h.referral_id.is_zero()) return invalid("header has an empty id");
  if (h.hop == 0 || (h.hop == 1) != h.prior.is_zero()) {
    return invalid("header must name a prior message exactly when its hop is above 1");
  }
  if (!in_calendar(h.created) || !in_calendar(h.transport_expiry) || !in_calendar(h.content_end) ||
      h.transport_expiry <= h.created || h.content_end < h.created) {
    return invalid("header has times that do not follow each other");
  }
  return {};
}

}  // namespace

Bytes encode(const Header& h) {
  ByteWriter out;
  out.label(kLabel).u8(kHeaderVersion).u8(h.suite);
  out.raw(h.message_id.bytes).raw(h.referral_id.bytes).str8(h.from.text()).str8(h.to.text());
  out.u8(h.from_role).u8(h.to_role).raw(h.signing_key.bytes).raw(h.sealing_key.bytes);
  out.u8(h.purpose).u8(h.urgency).u8(h.stage).u8(h.basis).u16(h.circumstances).u8(h.hop);
  out.raw(h.prior.bytes).raw(h.supersedes.bytes);
  out.raw(h.vocabulary_hash).raw(h.policy_hash).raw(h.consent_commitment);
  out.i64(h.created.ms).i64(h.transport_expiry.ms).i64(h.content_end.ms);
  return out.take();
}

Result<Header> decode_header(ByteView bytes) {
  if (bytes.size() > limits::kHeaderBytesMax) return invalid("header is longer than 512 bytes");
  ByteReader in(bytes);
  in.label(kLabel);
  const std::uint8_t version = in.u8();
  if (!in.failed() && version != kHeaderVersion) {
    return Error{ErrorCode::kUnsupported,
                 "header has version " + std::to_string(version) +
                     ", this program speaks version 1; upgrade one of the two"};
  }
  Header h;
  bool agencies_ok = true;
  h.suite = in.u8();
  h.message_id.bytes = in.array<16>();
  h.referral_id.bytes = in.array<16>();
  h.from = read_agency(in, agencies_ok);
  h.to = read_agency(in, agencies_ok);
  h.from_role = in.u8();
  h.to_role = in.u8();
  h.signing_key.bytes = in.array<8>();
  h.sealing_key.bytes = in.array<8>();
  h.purpose = in.u8();
  h.urgency = in.u8();
  h.stage = in.u8();
  h.basis = in.u8();
  h.circumstances = in.u16();
  h.hop = in.u8();
  h.prior.bytes = in.array<16>();
  h.supersedes.bytes = in.array<16>();
  h.vocabulary_hash = in.array<32>();
  h.policy_hash = in.array<32>();
  h.consent_commitment = in.array<32>();
  h.created.ms = in.i64();
  h.transport_expiry.ms = in.i64();
  h.content_end.ms = in.i64();
  TRY_OK(in.finish("header"));
  if (!agencies_ok) return invalid("header names an agency by something that is no agency id");
  TRY_OK(check_sense(h));
  return h;
}

Bytes consent_commitment_input(ByteView salt, const ConsentId& consent, const AgencyId& to) {
  ByteWriter out;
  out.label("safeconduct/1 consent commitment").raw(salt).raw(consent.bytes).str8(to.text());
  return out.take();
}

}  // namespace safeconduct::wire
