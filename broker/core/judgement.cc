#include "broker/core/judgement.h"

#include <algorithm>

#include "broker/core/consents.h"
#include "broker/core/message.h"
#include "broker/core/referral_steps.h"
#include "schemas/base/limits.h"

namespace safeconduct::core {
namespace {

using policies::Category;
using policies::Level;
using wire::Verdict;

bool holds_role(const wire::DirectoryAgency& agency, std::uint8_t role) {
  const auto known = policies::role_from(role);
  if (!known) return false;
  const std::string_view word = policies::name(*known);
  return std::find(agency.roles.begin(), agency.roles.end(), word) != agency.roles.end();
}

bool words_are_known(const wire::Header& h) {
  return policies::role_from(h.from_role) && policies::role_from(h.to_role) &&
         policies::purpose_from(h.purpose) && policies::urgency_from(h.urgency) &&
         policies::stage_from(h.stage) && policies::basis_from(h.basis) &&
         (h.circumstances & ~policies::kCircumstanceBits) == 0;
}

Duration term_of(const Knowledge& knowledge, policies::Term term) {
  return hours(knowledge.term(term));
}

Verdict clock_verdict(const Knowledge& knowledge, const wire::Header& h, Instant now) {
  const bool inquiry = policies::stage_from(h.stage) == policies::Stage::kInquiry;
  const Duration life =
      term_of(knowledge, inquiry ? policies::Term::kInquiryLife : policies::Term::kBodyLife);
  const Duration content = term_of(knowledge, policies::Term::kContentLife);
  if (h.created > now + limits::kClockSkew) return Verdict::kWrongClock;
  if (h.transport_expiry <= now || h.content_end <= now) return Verdict::kExpired;
  if (h.transport_expiry - h.created > life) return Verdict::kExpired;
  if (h.content_end - h.created > content) return Verdict::kExpired;
  return Verdict::kAdmitted;
}

// A further hop names a message that this sender received, and never outlives it.
Verdict prior_verdict(const StateView& state, const wire::Header& h, Instant now) {
  if (h.hop == 1) return Verdict::kAdmitted;
  const auto prior = remembered(state, h.prior, now);
  if (!prior || prior->phase != Phase::kReceived) return Verdict::kPriorMessage;
  const auto header = wire::decode_header(prior->header);
  const bool follows = header && header->to == h.from && header->hop + 1 == h.hop;
  if (!follows) return Verdict::kPriorMessage;
  const bool sooner = prior->content_end_ms != 0 && prior->content_end_ms < header->content_end.ms;
  const Instant end = sooner ? Instant{prior->content_end_ms} : header->content_end;
  return h.content_end <= end ? Verdict::kAdmitted : Verdict::kExpired;
}

bool may_supersede(const StateView& state, const wire::Header& h, Instant now) {
  if (h.supersedes.is_zero()) return true;
  if (h.supersedes == h.message_id) return false;
  const auto old = remembered(state, h.supersedes, now);
  if (!old) return true;  // it never came; supersede() sees to it that it never will
  if (!old->superseded_by.is_zero() || old->phase == Phase::kSuperseded) return false;
  const auto header = wire::decode_header(old->header);
  const bool same = header && header->from == h.from && header->to == h.to &&
                    header->referral_id == h.referral_id;
  const bool ended = old->phase == Phase::kExpired || old->phase == Phase::kRejected ||
                     old->phase == Phase::kRefused || old->phase == Phase::kWithheld;
  return same && ended;
}

// Exclusions, never-list and levels of the hops before bind this one.
void bind_prior(const StateView& state, const wire::Header& h, Instant now,
                policies::Case& subject) {
  MessageId at = h.prior;
  for (int hop = 1; hop < h.hop; ++hop) {
    const auto prior = remembered(state, at, now);
    if (!prior) {
      subject.prior = policies::Levels();
      return;
    }
    subject.prior = lower_of(subject.prior, levels_of(prior->kept));
    subject.notices |= prior->notices;
    const auto consent = remembered_consent(state, prior->consent, now);
    if (consent) {
      const bool excluded = excludes(state, prior->consent, *consent, h.to);  // always read
      subject.conflict = subject.conflict || excluded;
      subject.never |= never(*consent);
    }
    const auto header = wire::decode_header(prior->header);
    at = header ? header->prior : MessageId();
  }
}

policies::Case case_of(const StateView& state, const Knowledge& knowledge, const Subject& subject,
                       const Ground& ground, Instant now) {
  const wire::Header& h = subject.header;
  policies::Case out;
  out.from = static_cast<policies::Role>(h.from_role);
  out.to = static_cast<policies::Role>(h.to_role);
  out.purpose = static_cast<policies::Purpose>(h.purpose);
  out.stage = static_cast<policies::Stage>(h.stage);
  out.basis = static_cast<policies::Basis>(h.basis);
  out.urgency = static_cast<policies::Urgency>(h.urgency);
  out.circumstances = h.circumstances;
  out.hop = h.hop;
  const wire::DirectoryAgency* to = knowledge.active(h.to);
  out.agreement_in_force = to != nullptr && to->agreement.covers(now) && to->training.covers(now);
  if (ground.consent) {
    out.consent = view(*ground.consent, h, ground.onward,
                       term_of(knowledge, policies::Term::kConsentLife), now);
    out.conflict = excludes(state, ground.id, *ground.consent, h.to);
    out.never = never(*ground.consent);
  }
  bind_prior(state, h, now, out);
  return out;
}

void tell(const policies::CompiledPolicy& policy, const policies::Decision& decision,
          Judgement& out) {
  out.decision = decision;
  out.levels = decision.levels;
  out.verdict = static_cast<std::uint8_t>(decision.reason);
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    out.outcome.level[i] = static_cast<std::uint8_t>(decision.levels[policies::category_at(i)]);
    out.outcome.reason[i] = static_cast<std::uint8_t>(decision.reasons[i]);
  }
  for (const policies::RuleIndex rule : policy.rules(decision.rules)) {
    out.rules.push_back(policy.rule_name(rule));
  }
}

}  // namespace

namespace {

Verdict standing_verdict(const Knowledge& knowledge, const wire::Header& h) {
  if (!knowledge.policy || !knowledge.directory) return Verdict::kNoPolicy;
  const wire::DirectoryAgency* from = knowledge.active(h.from);
  if (from == nullptr || !holds_role(*from, h.from_role)) return Verdict::kSender;
  const wire::DirectoryAgency* to = knowledge.active(h.to);
  if (to == nullptr || !holds_role(*to, h.to_role)) return Verdict::kRecipient;
  return Verdict::kAdmitted;
}

Verdict key_verdict(const Knowledge& knowledge, const wire::Header& h, Instant now) {
  if (knowledge.signing_key(h.from) != h.signing_key) return Verdict::kSigningKey;
  if (!knowledge.accepts_card(h.to, h.sealing_key, now)) return Verdict::kSealingKey;
  return Verdict::kAdmitted;
}

}  // namespace

Verdict bus_verdict(const StateView& state, const Knowledge& knowledge, const wire::Header& h,
                    Instant now) {
  const Verdict clock = clock_verdict(knowledge, h, now);
  if (clock != Verdict::kAdmitted) return clock;
  if (!words_are_known(h)) return Verdict::kUnknownWord;
  const Verdict standing = standing_verdict(knowledge, h);
  if (standing != Verdict::kAdmitted) return standing;
  const Verdict keys = key_verdict(knowledge, h, now);
  if (keys != Verdict::kAdmitted) return keys;
  const Verdict prior = prior_verdict(state, h, now);
  if (prior != Verdict::kAdmitted) return prior;
  if (!may_supersede(state, h, now)) return Verdict::kSuperseded;
  return referral_verdict(state, h, now);
}

Verdict delivery_verdict(const StateView& state, const Knowledge& knowledge, const wire::Header& h,
                         Instant now) {
  const Verdict standing = standing_verdict(knowledge, h);
  if (standing != Verdict::kAdmitted) return standing;
  const Verdict keys = key_verdict(knowledge, h, now);
  if (keys != Verdict::kAdmitted) return keys;
  // A late receipt: the recipient had the first one all along.
  const auto old = remembered(state, h.supersedes, now);
  if (old && old->phase == Phase::kReceived) return Verdict::kSuperseded;
  return Verdict::kAdmitted;
}

Verdict transport_verdict(const Knowledge& knowledge, std::uint32_t sealed_bytes,
                          std::uint64_t offered) {
  if (!knowledge.policy) return Verdict::kNoPolicy;
  const bool direct = knowledge.policy->direct();
  if (direct && sealed_bytes != 0) return Verdict::kDirectOnly;
  if (!direct && sealed_bytes == 0 && offered != 0) return Verdict::kNoContent;
  return Verdict::kAdmitted;
}

Ground ground_of(const StateView& state, const Subject& subject, Instant now) {
  const wire::Header& h = subject.header;
  if (h.consent_commitment != Digest{}) {
    auto consent = remembered_consent(state, subject.consent, now);
    if (!consent || consent->collector != h.from) return {};
    return {subject.consent, std::move(consent), false};
  }
  if (h.hop == 1) return {};
  const auto prior = remembered(state, h.prior, now);
  if (!prior || prior->consent.is_zero()) return {};
  return {prior->consent, remembered_consent(state, prior->consent, now), true};
}

namespace {

// What policy lets go on another ground than consent goes only when that is on record.
void demand_exception(const StateView& state, const wire::Header& h, Instant now,
                      Judgement& judgement) {
  const Verdict verdict = exception_verdict(state, h, now);
  if (verdict == Verdict::kAdmitted) return;
  const wire::InForce in_force = judgement.in_force;
  judgement = {};
  judgement.in_force = in_force;
  judgement.verdict = static_cast<std::uint8_t>(verdict);
}

}  // namespace

Judgement judge(const StateView& state, const Knowledge& knowledge, const Subject& subject,
                const Ground& ground, Verdict bus, Instant now) {
  Judgement out;
  out.in_force.directory = knowledge.directory_position;
  out.in_force.policy = knowledge.policy_position;
  if (bus != Verdict::kAdmitted) {
    out.verdict = static_cast<std::uint8_t>(bus);
    return out;
  }
  if (ground.consent) out.in_force.consent = positions(*ground.consent);
  policies::Case subject_case = case_of(state, knowledge, subject, ground, now);
  const bool own = ground.consent && !ground.onward;
  const bool knows_why = subject.header.hop == 1 ||
                         (own && excludes(state, ground.id, *ground.consent, subject.header.to));
  // INVARIANT: an exclusion of the person's that an onward sender does not know stays unknown to
  // it.
  out.silent = subject_case.conflict && !knows_why;
  if (out.silent) subject_case.conflict = false;
  tell(*knowledge.policy, policies::decide(*knowledge.policy, subject_case), out);
  out.silent = out.silent && out.admitted();
  if (out.admitted()) demand_exception(state, subject.header, now, out);
  return out;
}

std::vector<wire::Obligation> obligations(const Knowledge& knowledge, const Judgement& judgement,
                                          std::uint64_t kept) {
  std::vector<wire::Obligation> out;
  if (!knowledge.policy || !judgement.admitted()) return out;
  policies::Decision decision = judgement.decision;
  decision.levels = levels_of(kept);
  for (const policies::Obligation& o : obligations_of(*knowledge.policy, decision)) {
    out.push_back({static_cast<std::uint8_t>(o.what.duty), o.what.hours,
                   o.by ? knowledge.policy->rule_name(*o.by) : std::string()});
  }
  return out;
}

std::vector<wire::Obligation> for_recipient(const std::vector<wire::Obligation>& obligations) {
  std::vector<wire::Obligation> out;
  for (const wire::Obligation& o : obligations) {
    const auto duty = policies::duty_from(o.duty);
    if (duty && policies::duty_of(*duty) == policies::DutyOf::kRecipient) out.push_back(o);
  }
  return out;
}

std::uint32_t notices_of(const std::vector<wire::Obligation>& obligations) {
  std::uint32_t out = 0;
  for (const wire::Obligation& o : obligations) {
    const auto duty = policies::duty_from(o.duty);
    if (duty && policies::travels(*duty)) out |= std::uint32_t{1} << o.duty;
  }
  return out;
}

Instant access_end(const wire::Header& header, const std::vector<wire::Obligation>& obligations) {
  Instant end = header.content_end;
  for (const wire::Obligation& o : obligations) {
    if (o.duty != static_cast<std::uint8_t>(policies::Duty::kAccessEnds)) continue;
    end = std::min(end, header.created + hours(o.hours));
  }
  return end;
}

std::uint64_t slots_within(policies::Levels levels, std::uint64_t offered, Keep keep) {
  std::uint64_t kept = 0;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const Category c = policies::category_at(i);
    const std::uint64_t full = std::uint64_t{1} << policies::slot_of(c, Level::kFull) & offered;
    const std::uint64_t part =
        std::uint64_t{1} << policies::slot_of(c, Level::kGeneralised) & offered;
    const Level level = levels[c];
    if (level == Level::kFull) kept |= full;
    const bool beside = keep == Keep::kAll || full == 0;
    if (level == Level::kGeneralised || (level == Level::kFull && beside)) kept |= part;
  }
  return kept;
}

policies::Levels levels_of(std::uint64_t kept) {
  policies::Levels levels;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const Category c = policies::category_at(i);
    if ((kept >> policies::slot_of(c, Level::kFull) & 1) != 0) {
      levels.set(c, Level::kFull);
    } else if ((kept >> policies::slot_of(c, Level::kGeneralised) & 1) != 0) {
      levels.set(c, Level::kGeneralised);
    }
  }
  return levels;
}

}  // namespace safeconduct::core
