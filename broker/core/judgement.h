// One message, judged: what the bus itself refuses, then policy x consent x stage x prior hop.
#pragma once

#include "broker/core/consents.h"
#include "broker/core/knowledge.h"
#include "policies/decide.h"
#include "schemas/wire/header.h"

namespace safeconduct::core {

struct Judgement {
  std::uint8_t verdict = 0;  // 0, a policies::Reason, or a wire::Verdict
  wire::CategoryOutcome outcome;
  std::vector<std::string> rules;  // the deciding statements, ascending
  policies::Levels levels;         // all withheld when refused
  wire::InForce in_force;
  // What it says is what its sender is told; in truth it goes nowhere, because the person excluded
  // the recipient at a hop before.
  bool silent = false;
  policies::Decision decision;  // of the policy; not delivered when the bus refused first

  [[nodiscard]] bool admitted() const { return verdict == 0; }
};

// What a judgement is about.
struct Subject {
  const wire::Header& header;
  ConsentId consent;  // zero: none named
};

// What the bus asks of every message at submission: clock, words, keys, standing, prior message.
// kAdmitted when nothing is wrong.
[[nodiscard]] wire::Verdict bus_verdict(const StateView& state, const Knowledge& knowledge,
                                        const wire::Header& header, Instant now);
// What it asks again when the message is given: a policy, both agencies' standing and roles, both
// keys, and that the message it re-seals did not take effect after all.
[[nodiscard]] wire::Verdict delivery_verdict(const StateView& state, const Knowledge& knowledge,
                                             const wire::Header& header, Instant now);

// Whether the content is where the policy in force wants it: with the broker, sealed, or with the
// agencies alone. `sealed_bytes`: of the slots that the broker was given.
[[nodiscard]] wire::Verdict transport_verdict(const Knowledge& knowledge,
                                              std::uint32_t sealed_bytes, std::uint64_t offered);

// The consent that a message rests on: the one it names, when its sender collected it; on a further
// hop that names none, that of the hop before (`onward`). Zero: none.
struct Ground {
  ConsentId id;
  std::optional<Consent> consent;  // nothing when it is forgotten
  bool onward = false;
};
[[nodiscard]] Ground ground_of(const StateView& state, const Subject& subject, Instant now);

// Policy and consent, on top of a bus verdict that was none.
[[nodiscard]] Judgement judge(const StateView& state, const Knowledge& knowledge,
                              const Subject& subject, const Ground& ground, wire::Verdict bus,
                              Instant now);

// What comes with the slots that go: a duty that follows a category speaks only when it is among
// them, so that nothing tells of what was not offered.
[[nodiscard]] std::vector<wire::Obligation> obligations(const Knowledge& knowledge,
                                                        const Judgement& judgement,
                                                        std::uint64_t kept);
// Those that are for the recipient to keep.
[[nodiscard]] std::vector<wire::Obligation> for_recipient(
    const std::vector<wire::Obligation>& obligations);
// The notices among them, as Duty bits.
[[nodiscard]] std::uint32_t notices_of(const std::vector<wire::Obligation>& obligations);
// When the recipient's access ends: with the content, or sooner when a duty says so.
[[nodiscard]] Instant access_end(const wire::Header& header,
                                 const std::vector<wire::Obligation>& obligations);

// Slots of `offered` that the levels allow. All: the generalised form stays beside the full one,
// so that a later and narrower decision has something to keep. Top: one slot a category.
enum class Keep : bool { kAll, kTop };
[[nodiscard]] std::uint64_t slots_within(policies::Levels levels, std::uint64_t offered, Keep keep);
// The levels that a set of kept slots amounts to.
[[nodiscard]] policies::Levels levels_of(std::uint64_t kept);

}  // namespace safeconduct::core
