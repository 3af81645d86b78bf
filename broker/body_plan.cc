#include "broker/body_plan.h"

#include <algorithm>

namespace safeconduct::broker {
namespace {

bool keeps_all(const wire::Sealed& sealed, std::uint64_t kept) {
  const auto is_kept = [&](const wire::Slot& slot) { return (kept >> slot.number & 1) != 0; };
  return std::all_of(sealed.slots.begin(), sealed.slots.end(), is_kept);
}

}  // namespace

wire::Sealed only_kept(const wire::Sealed& sealed, std::uint64_t kept) {
  wire::Sealed out;
  out.header = sealed.header;
  out.leaves = sealed.leaves;
  out.offered_digest = sealed.offered_digest;
  out.encapsulated = sealed.encapsulated;
  out.signature = sealed.signature;
  for (const wire::Slot& slot : sealed.slots) {
    if ((kept >> slot.number & 1) != 0) out.slots.push_back(slot);
  }
  return out;
}

Status BodyPlan::take(const std::vector<core::BodyEffect>& effects) {
  for (const core::BodyEffect& effect : effects) {
    const bool fresh = arrived_.contains(effect.message);
    switch (effect.fate) {
      case core::BodyFate::kStore:
        planned_[effect.message] = {core::BodyFate::kStore, effect.kept};
        break;
      case core::BodyFate::kNarrow:
        if (!fresh) {
          TRY(sealed, stored(effect.message));
          arrived_[effect.message] = std::move(sealed);
          planned_[effect.message] = {core::BodyFate::kNarrow, effect.kept};
        } else {
          planned_[effect.message].kept = effect.kept;
        }
        break;
      case core::BodyFate::kDrop:
        if (fresh && planned_[effect.message].fate == core::BodyFate::kStore) {
          planned_.erase(effect.message);  // came and went within the tick
          arrived_.erase(effect.message);
        } else {
          planned_[effect.message] = {core::BodyFate::kDrop, 0};
        }
        break;
    }
  }
  return {};
}

Result<wire::Sealed> BodyPlan::stored(const MessageId& message) const {
  TRY(bytes, store_.body(message));
  if (!bytes) return corrupt("a waiting message has no body in the store");
  return wire::decode_sealed(*bytes);
}

Result<wire::Sealed> BodyPlan::give(const MessageId& message, std::uint64_t kept) const {
  const auto at = arrived_.find(message);
  if (at != arrived_.end()) return only_kept(at->second, kept);
  TRY(sealed, stored(message));
  return only_kept(sealed, kept);
}

std::vector<store::BodyWrite> BodyPlan::writes() const {
  std::vector<store::BodyWrite> out;
  out.reserve(planned_.size());
  for (const auto& [message, planned] : planned_) {
    store::BodyWrite write{message, planned.fate, {}};
    const auto body = arrived_.find(message);
    if (planned.fate != core::BodyFate::kDrop && body != arrived_.end()) {
      const wire::Sealed& sealed = body->second;
      write.sealed = keeps_all(sealed, planned.kept)
                         ? wire::encode_sealed(sealed)
                         : wire::encode_sealed(only_kept(sealed, planned.kept));
    }
    out.push_back(std::move(write));
  }
  return out;
}

}  // namespace safeconduct::broker
