#include "broker/core/core.h"

#include <algorithm>

#include "broker/core/keys.h"
#include "broker/core/step.h"

namespace safeconduct::core {
namespace {

// Reads the mailbox range of one agency.
template <class Visit>
void visit_mailbox(const StateView& state, const AgencyId& agency, std::uint64_t from,
                   const Visit& visit) {
  state.range(keys::mailbox(agency, from), keys::mailbox(agency, UINT64_MAX), visit);
}

ledger::Entry uncommitted(ledger::EntryKind kind, LedgerSeq position, Instant instant,
                          ledger::Parts parts) {
  constexpr std::uint8_t kMark = 1;
  ledger::Entry entry{{kind, position, instant, {}}, std::move(parts)};
  for (std::size_t i = 0; i < entry.parts.size(); ++i) {
    if (entry.parts[i]) entry.leaf.commitments[i].fill(kMark);
  }
  return entry;
}

}  // namespace

Result<Core> Core::load(const StateView& state, Salts& salts) {
  Core core(salts);
  TRY(knowledge, load_knowledge(state));
  core.knowledge_ = std::move(knowledge);
  if (const auto cursor = state.get(keys::cursor())) {
    ByteReader in(*cursor);
    core.next_position_ = in.u64();
    core.last_instant_.ms = in.i64();
    TRY_OK(in.finish("the ledger's cursor"));
  }
  TRY_OK(state.health());
  return core;
}

Outcome Core::apply(Overlay& tick, const Command& command, Instant now) {
  last_instant_ = std::max(last_instant_, now);
  const std::uint64_t before = next_position_;
  Step step(tick, knowledge_, *salts_, next_position_, last_instant_);
  // INVARIANT: by which policy a command is decided follows from its instant and position alone.
  come_into_force(step);
  std::visit([&](const auto& what) { run(step, what); }, command);
  if (next_position_ != before) write_cursor(tick);
  return std::move(step.outcome);
}

void Core::pass(Overlay& tick, Instant at) {
  last_instant_ = std::max(last_instant_, at);
  next_position_ += 1;
  write_cursor(tick);
}

void Core::write_cursor(Overlay& tick) const {
  tick.put(keys::cursor(), ByteWriter().u64(next_position_).i64(last_instant_.ms).take());
}

std::uint64_t Step::emit(ledger::EntryKind kind, PartBytes bytes, const AgencyId& sender,
                         const AgencyId& recipient) {
  ledger::Parts parts;
  const auto add = [&](ledger::PartKind part, std::optional<Bytes>& of) {
    if (of) parts[ledger::place_of(part)] = ledger::Part{salts_.next(), std::move(*of)};
  };
  add(ledger::PartKind::kNetwork, bytes.network);
  add(ledger::PartKind::kRouting, bytes.routing);
  add(ledger::PartKind::kSender, bytes.sender);
  add(ledger::PartKind::kRecipient, bytes.recipient);
  add(ledger::PartKind::kRestricted, bytes.restricted);
  const std::uint64_t position = next_position_++;
  outcome.entries.push_back(
      {salts_.commits() ? ledger::make_entry(kind, LedgerSeq{position}, now, std::move(parts))
                        : uncommitted(kind, LedgerSeq{position}, now, std::move(parts)),
       sender, recipient});
  return position;
}

std::vector<Waiting> waiting_for(const StateView& state, const AgencyId& agency, std::uint64_t from,
                                 std::size_t count) {
  std::vector<Waiting> out;
  if (count == 0) return out;
  visit_mailbox(state, agency, from, [&](ByteView key, ByteView value) {
    MessageId id;
    std::copy(value.begin(), value.end(), id.bytes.begin());
    out.push_back({keys::position_of(key), id});
    return out.size() < count;
  });
  return out;
}

std::vector<MessageId> undeliverable(const StateView& state, const Knowledge& knowledge,
                                     std::size_t count) {
  std::vector<AgencyId> suspended;
  state.range(keys::single('n'), keys::single('o'), [&](ByteView key, ByteView value) {
    const auto agency = AgencyId::parse(ByteReader(key.subspan(1)).str8());
    const bool waits = ByteReader(value).u32() > 0;
    if (agency && waits && knowledge.active(*agency) == nullptr) suspended.push_back(*agency);
    return true;
  });
  std::vector<MessageId> out;
  for (const AgencyId& agency : suspended) {
    for (const Waiting& mail : waiting_for(state, agency, 0, count - out.size())) {
      out.push_back(mail.message);
    }
  }
  return out;
}

std::vector<MessageId> due(const StateView& state, Instant now, std::size_t count) {
  std::vector<MessageId> out;
  const MessageId last{.bytes = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                 0xff, 0xff, 0xff, 0xff, 0xff}};
  const auto take = [&](ByteView key, ByteView) {
    out.push_back(keys::id_of<MessageId>(key));
    return out.size() < count;
  };
  state.range(keys::expiry({0}, {}), keys::expiry(now, last), take);
  if (out.size() < count) state.range(keys::forgetting({0}, {}), keys::forgetting(now, last), take);
  return out;
}

std::uint32_t waiting_count(const StateView& state, const AgencyId& agency) {
  const auto bytes = state.get(keys::waiting(agency));
  return bytes ? ByteReader(*bytes).u32() : 0;
}

}  // namespace safeconduct::core
