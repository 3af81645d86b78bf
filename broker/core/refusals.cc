// Frames of an authenticated agency that were refused before anything was decided. The first is an
// entry at once; equal ones within a minute are counted into one more (DESIGN §1.4).
#include "broker/core/consents.h"
#include "broker/core/keys.h"
#include "broker/core/step.h"

namespace safeconduct::core {
namespace {

constexpr Duration kInterval = minutes(1);
constexpr std::size_t kForgottenAtOnce = 256;  // of a kind; bounds the step

struct Running {
  Instant since;
  std::uint32_t more = 0;  // after the first
};

Bytes encode(const Running& r) {
  return ByteWriter().i64(r.since.ms).u32(r.more).take();
}
Running decode(ByteView bytes) {
  ByteReader in(bytes);
  Running r;
  r.since.ms = in.i64();
  r.more = in.u32();
  return r;
}

void write(Step& step, const AgencyId& agency, wire::Verdict verdict, std::uint32_t count,
           std::string what) {
  wire::RestrictedRefusal part{agency, static_cast<std::uint8_t>(verdict), count, std::move(what)};
  step.emit(ledger::EntryKind::kRefusedFrame, {.restricted = encode(part)});
}

void note(Step& step, const AgencyId& agency, wire::Verdict verdict, std::string what) {
  const auto key = keys::refusals(agency, static_cast<std::uint8_t>(verdict));
  const auto known = step.tick.get(key);
  if (!known) {
    write(step, agency, verdict, 1, std::move(what));
    step.tick.put(key, encode(Running{step.now, 0}));
    return;
  }
  Running running = decode(*known);
  running.more += 1;
  step.tick.put(key, encode(running));
}

}  // namespace

void Step::refuse(const AgencyId& agency, wire::Verdict verdict, Error error) {
  constexpr std::size_t kTold = 255;
  if (!agency.empty()) note(*this, agency, verdict, error.message.substr(0, kTold));
  outcome.answer = std::move(error);
}

void run(Step& step, const RefuseFrame& command) {
  if (command.agency.empty()) return;  // unauthenticated noise is no decision
  note(step, command.agency, command.verdict, command.what);
}

void run(Step& step, const CountRefusals&) {
  forget_consents(step.tick, step.now, kForgottenAtOnce);
  forget_actions(step.tick, step.now, kForgottenAtOnce);
  struct Over {
    Bytes key;
    std::uint32_t more;
  };
  std::vector<Over> over;
  step.tick.range({keys::single('r')}, {keys::single('s')}, [&](ByteView key, ByteView value) {
    const Running running = decode(value);
    if (running.since + kInterval <= step.now) over.push_back({to_bytes(key), running.more});
    return true;
  });
  for (const Over& one : over) {
    ByteReader in(one.key);
    in.u8();
    const auto agency = AgencyId::parse(in.str8());
    const auto verdict = static_cast<wire::Verdict>(in.u8());
    if (one.more > 0 && agency) {
      write(step, *agency, verdict, one.more, "further refusals of the same kind within a minute");
    }
    step.tick.erase(one.key);
  }
}

void run(Step& step, const Heartbeat&) {
  step.emit(ledger::EntryKind::kHeartbeat, {});
}

}  // namespace safeconduct::core
