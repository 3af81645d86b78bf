#include "broker/body_plan.h"

namespace safeconduct::broker {

BodyPlan::Body& BodyPlan::body(const MessageId& message) {
  const auto [at, fresh] = by_message_.try_emplace(message, nullptr);
  if (fresh) {
    at->second = &bodies_.emplace_back();
    at->second->message = message;
  }
  return *at->second;
}

Status BodyPlan::fetch(Body& body) {
  if (!body.sealed.empty()) return {};
  TRY(bytes, store_.body(body.message));
  if (!bytes) return corrupt("a waiting message has no body in the store");
  body.sealed = held_.emplace_back(std::move(*bytes));
  return {};
}

Result<ByteView> BodyPlan::narrowed(ByteView sealed, std::uint64_t kept) {
  TRY(view, wire::view_sealed(sealed));
  if ((wire::slots_of(view) & ~kept) == 0) return sealed;
  return ByteView(held_.emplace_back(wire::only_kept(view, kept)));
}

Status BodyPlan::take(const std::vector<core::BodyEffect>& effects) {
  for (const core::BodyEffect& effect : effects) {
    Body& body = this->body(effect.message);
    const bool new_here = body.planned && body.fate == core::BodyFate::kStore;
    switch (effect.fate) {
      case core::BodyFate::kStore:
        body.fate = core::BodyFate::kStore;
        break;
      case core::BodyFate::kNarrow:
        if (!new_here) {
          TRY_OK(fetch(body));
          body.fate = core::BodyFate::kNarrow;
        }
        break;
      case core::BodyFate::kDrop:
        body.fate = core::BodyFate::kDrop;
        body.planned = !new_here;  // what came and went within the tick was never written
        body.sealed = {};
        continue;
    }
    body.planned = true;
    body.kept = effect.kept;
    body.decoy = body.decoy || effect.decoy;
  }
  return {};
}

Result<ByteView> BodyPlan::give(const MessageId& message, std::uint64_t kept) {
  Body& body = this->body(message);
  TRY_OK(fetch(body));
  return narrowed(body.sealed, kept);
}

Result<std::vector<store::BodyWrite>> BodyPlan::writes() {
  std::vector<store::BodyWrite> out;
  out.reserve(bodies_.size());
  for (const Body& body : bodies_) {
    if (!body.planned) continue;
    store::BodyWrite write{body.message, body.fate, {}};
    if (body.fate != core::BodyFate::kDrop) {
      TRY(sealed, narrowed(body.sealed, body.kept));
      write.sealed = body.decoy ? ByteView(held_.emplace_back(sealed.size())) : sealed;
    }
    out.push_back(write);
  }
  return out;
}

}  // namespace safeconduct::broker
