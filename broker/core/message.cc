#include "broker/core/message.h"

#include <algorithm>

#include "broker/core/keys.h"
#include "schemas/base/limits.h"

namespace safeconduct::core {
namespace {

constexpr std::uint8_t kForm = 1;

MessageRecord decode(ByteView bytes) {
  ByteReader in(bytes);
  MessageRecord r;
  const std::uint8_t form = in.u8();
  r.phase = static_cast<Phase>(in.u8());
  r.verdict = in.u8();
  r.submission = in.u64();
  r.forget_ms = in.i64();
  r.first_delivery = in.u64();
  r.last_delivery = in.u64();
  r.digest = in.array<32>();
  r.kept = in.u64();
  r.given = in.u64();
  r.last_given = in.u64();
  r.receipt = in.u64();
  r.sealed_bytes = in.u32();
  r.notices = in.u32();
  r.content_end_ms = in.i64();
  r.consent.bytes = in.array<16>();
  r.superseded_by.bytes = in.array<16>();
  r.header = to_bytes(in.blob(limits::kHeaderBytesMax));
  // Our own bytes, under the store's checksums: anything else is a bug or a foreign store.
  SC_CHECK(form == kForm && in.finish("message record").has_value());
  return r;
}

}  // namespace

Bytes encode(const MessageRecord& r) {
  ByteWriter out;
  out.u8(kForm).u8(static_cast<std::uint8_t>(r.phase)).u8(r.verdict);
  out.u64(r.submission).i64(r.forget_ms).u64(r.first_delivery).u64(r.last_delivery).raw(r.digest);
  out.u64(r.kept).u64(r.given).u64(r.last_given).u64(r.receipt).u32(r.sealed_bytes);
  out.u32(r.notices).i64(r.content_end_ms);
  out.raw(r.consent.bytes).raw(r.superseded_by.bytes).blob(r.header);
  return out.take();
}

std::optional<MessageRecord> find_message(const StateView& state, const MessageId& id) {
  const auto bytes = state.get(keys::message(id));
  if (!bytes) return std::nullopt;
  return decode(*bytes);
}

std::optional<MessageRecord> remembered(const StateView& state, const MessageId& id, Instant now) {
  auto record = find_message(state, id);
  if (record && record->forgotten(now)) record.reset();
  return record;
}

void put_message(Overlay& tick, const MessageId& id, const MessageRecord& record) {
  tick.put(keys::message(id), encode(record));
}

Instant ends_at(const wire::Header& header) {
  return std::min(header.transport_expiry, header.content_end);
}

Instant forget_at(const wire::Header& header) {
  return std::max(header.transport_expiry, header.content_end) + limits::kClockSkew;
}

}  // namespace safeconduct::core
