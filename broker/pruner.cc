#include "broker/pruner.h"

#include "broker/audit/sentences.h"
#include "broker/core/message.h"
#include "broker/core/retention.h"
#include "schemas/wire/header.h"

namespace safeconduct::broker {
namespace {

struct Subject {
  ReferralId referral;
  AgencyId from;
  AgencyId to;
};

// What the entry is about; nothing when it is about a message of which nothing is known any more.
std::optional<Subject> subject_of(const ledger::Entry& entry, const core::StateView& state) {
  if (const auto routing = audit::routing_of(entry)) {
    return Subject{routing->referral, routing->from, routing->to};
  }
  if (const auto part = audit::referral_of(entry)) {
    return Subject{part->referral, part->from, part->to};
  }
  if (const auto recorded = audit::recorded_of(entry)) {
    return Subject{{}, recorded->agency, recorded->agency};
  }
  const auto message = audit::message_of(entry);
  if (!message) return std::nullopt;
  const auto record = core::find_message(state, *message);
  const auto header =
      record ? wire::decode_header(record->header) : Result<wire::Header>(not_found("forgotten"));
  if (!header) return std::nullopt;
  return Subject{header->referral_id, header->from, header->to};
}

bool is_held(const std::vector<wire::Hold>& holds, const ledger::Entry& entry,
             const core::StateView& state) {
  if (holds.empty()) return false;
  const auto subject = subject_of(entry, state);
  if (!subject) return true;
  return std::any_of(holds.begin(), holds.end(), [&](const wire::Hold& hold) {
    if (!hold.referral.is_zero()) return hold.referral == subject->referral;
    return hold.agency.empty() || hold.agency == subject->from || hold.agency == subject->to;
  });
}

}  // namespace

Result<std::optional<core::Prune>> next_pruning(const store::Store& store, Instant now) {
  const auto rule = core::retention_in_force(store);
  if (!rule) return std::optional<core::Prune>();
  const auto holds = core::holds_in_force(store);
  for (const wire::Hold& hold : holds) {
    if (hold.referral.is_zero() && hold.agency.empty()) return std::optional<core::Prune>();
  }
  for (const ledger::PartKind part : ledger::kPartKinds) {
    const auto kept = core::kept_for(rule->retention, part);
    if (!kept) continue;
    core::Prune out{part, core::pruned_up_to(store, part), 0, {}, {}};
    out.to = out.from;
    while (out.to < store.size() && out.to - out.from < core::kPrunedAtOnce) {
      TRY(entry, store.entry(out.to));
      if (entry.leaf.instant + *kept > now) break;
      if (entry.part(part) && is_held(holds, entry, store)) out.spared.push_back(out.to);
      out.newest = entry.leaf.instant;
      ++out.to;
    }
    if (out.to > out.from) return std::optional(std::move(out));
  }
  return std::optional<core::Prune>();
}

}  // namespace safeconduct::broker
