#include "policies/remedy.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "policies/format.h"
#include "policies/invariants.h"
#include "policies/table.h"

namespace safeconduct::policies {
namespace {

struct Try {
  std::string says;
  std::function<void(Case&)> change;
};

// In the order in which they are asked of people: what the person can say, what the agencies can
// see to, then another kind of referral.
class Tries {
 public:
  Tries(const Case& subject, CategorySet wanted) : subject_(subject), wanted_(wanted) {}

  std::vector<Try> run() {
    of_consent();
    of_standing();
    of_kind();
    return std::move(out_);
  }

 private:
  void add(bool open, std::string says, std::function<void(Case&)> change) {
    if (open) out_.push_back({std::move(says), std::move(change)});
  }

  void of_consent() {
    const ConsentView& consent = subject_.consent;
    const CategorySet wanted = wanted_;
    const CategorySet granted = consent.full;
    const bool live = consent.state == ConsentState::kLive;
    add((wanted & ~granted) != 0, "the consent granted it in full",
        [wanted](Case& c) { c.consent.full |= wanted; });
    add((wanted & must_be_named() & ~consent.named) != 0, "the consent granted and named it",
        [wanted](Case& c) {
          c.consent.full |= wanted;
          c.consent.named |= wanted;
        });
    add((wanted & subject_.never) != 0, "the person took it off the never-list",
        [wanted](Case& c) { c.never &= ~wanted; });
    add((wanted & ~subject_.prior.at_least(Level::kFull)) != 0,
        "this agency had itself received it in full",
        [wanted](Case& c) { c.prior = higher_of(c.prior, Levels::of(wanted, Level::kFull)); });
    add(!live, "there were a live consent for this purpose and recipient", [wanted](Case& c) {
      c.consent.state = ConsentState::kLive;
      c.consent.grantor = Grantor::kSelf;
      c.consent.purpose_named = c.consent.recipient_named = c.consent.written = true;
      c.consent.full |= wanted != 0 ? wanted : kAllCategories;
    });
    add(live && !consent.purpose_named, "the consent named the purpose",
        [](Case& c) { c.consent.purpose_named = true; });
    add(live && !consent.recipient_named, "the consent named the recipient",
        [](Case& c) { c.consent.recipient_named = true; });
    add(!consent.person_initiated, "the person started it",
        [](Case& c) { c.consent.person_initiated = true; });
    add(!consent.fresh_in_reflection, "the consent were given inside the reflection period",
        [](Case& c) { c.consent.fresh_in_reflection = true; });
    add(live && !consent.written, "the consent were written",
        [](Case& c) { c.consent.written = true; });
    add(live && consent.grantor == Grantor::kAllegedAbuser, "the person consented for itself",
        [](Case& c) { c.consent.grantor = Grantor::kSelf; });
    add(live && consent.grantor == Grantor::kSelf, "a guardian consented",
        [](Case& c) { c.consent.grantor = Grantor::kGuardian; });
  }

  void of_standing() {
    add(!subject_.agreement_in_force, "the recipient's agreement and training were in date",
        [](Case& c) { c.agreement_in_force = true; });
    add(subject_.conflict, "the person did not exclude the recipient",
        [](Case& c) { c.conflict = false; });
    add(subject_.hop > 1, "it came from the first agency itself", [](Case& c) {
      c.hop = 1;
      c.prior = Levels::all(Level::kFull);
    });
    for (const auto which :
         {Circumstance::kMinor, Circumstance::kReflection, Circumstance::kProtectionClaim}) {
      const bool holds = (subject_.circumstances & static_cast<std::uint16_t>(which)) != 0;
      add(true, std::string(holds ? "there were no " : "there were ") + std::string(name(which)),
          [which, holds](Case& c) { set_circumstance(c, which, !holds); });
    }
  }

  template <class Word>
  void words(std::string_view what, Word Case::*part, std::size_t count) {
    for (std::size_t code = 1; code <= count; ++code) {
      const auto word = static_cast<Word>(code);
      add(word != subject_.*part, std::string(what) + " were " + std::string(name(word)),
          [part, word](Case& c) { c.*part = word; });
    }
  }

  void of_kind() {
    words("the stage", &Case::stage, kStageCount);
    words("the basis", &Case::basis, kBasisCount);
    words("the sender", &Case::from, kRoleCount);
    words("the purpose", &Case::purpose, kPurposeCount);
    words("the urgency", &Case::urgency, kUrgencyCount);
  }

  const Case& subject_;
  CategorySet wanted_;
  std::vector<Try> out_;
};

// Whether the change brings about what is wanted: the message, or a higher level.
class Search {
 public:
  Search(const CompiledPolicy& policy, const Case& subject, CategorySet wanted, Level now)
      : policy_(policy), subject_(subject), wanted_(wanted), now_(now) {}

  Remedy run() {
    const std::vector<Try> tries = Tries(subject_, wanted_).run();
    for (const Try& one : tries) {
      if (works({&one})) return found({&one});
    }
    for (std::size_t sum = 1; sum < 2 * tries.size(); ++sum) {
      for (std::size_t i = 0; i <= sum / 2; ++i) {
        const std::size_t k = sum - i;
        if (k <= i || k >= tries.size()) continue;
        if (works({&tries[i], &tries[k]})) return found({&tries[i], &tries[k]});
      }
    }
    Remedy none{wanted_, Level::kFull, {}, closed_by()};
    return none;
  }

 private:
  bool works(std::initializer_list<const Try*> tries) {
    Case changed = subject_;
    for (const Try* one : tries) one->change(changed);
    const Decision decision = decide(policy_, changed);
    if (!decision.deliver) return false;
    if (wanted_ == 0) return !decision.levels.nothing();
    reached_ = decision.levels[first()];
    return reached_ > now_;
  }

  Remedy found(std::initializer_list<const Try*> tries) const {
    Remedy out{wanted_, reached_, {}, {}};
    for (const Try* one : tries) out.changes.push_back(one->says);
    return out;
  }

  Category first() const {
    return category_at(static_cast<std::size_t>(std::countr_zero(wanted_)));
  }

  std::optional<int> closed_by() const {
    Situation at;
    at.from = static_cast<std::uint8_t>(subject_.from);
    at.to = static_cast<std::uint8_t>(subject_.to);
    at.purpose = static_cast<std::uint8_t>(subject_.purpose);
    at.basis = static_cast<std::uint8_t>(subject_.basis);
    at.stage = static_cast<std::uint8_t>(subject_.stage);
    at.urgency = static_cast<std::uint8_t>(subject_.urgency);
    at.circumstances = static_cast<std::uint8_t>(subject_.circumstances);
    at.hop = std::min(subject_.hop, kHopsTold);
    Cell some;
    some.rows = some.ceiling = Levels::all(Level::kFull);
    for (const Invariant& invariant : breakable_invariants()) {
      const bool caps =
          wanted_ != 0 && invariant.ceiling != nullptr && invariant.ceiling(at)[first()] <= now_;
      const bool closes =
          wanted_ == 0 && invariant.closed != nullptr && invariant.closed(at, some).all;
      if (caps || closes) return invariant.number;
    }
    return std::nullopt;
  }

  const CompiledPolicy& policy_;
  const Case& subject_;
  CategorySet wanted_;
  Level now_;
  Level reached_{};
};

}  // namespace

std::vector<Remedy> remedies(const CompiledPolicy& policy, const Case& subject) {
  const Decision decision = decide(policy, subject);
  if (!decision.deliver) return {Search(policy, subject, 0, Level::kWithheld).run()};
  std::vector<Remedy> out;
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    const Category c = category_at(i);
    if (decision.levels[c] == Level::kFull) continue;
    Remedy one = Search(policy, subject, bit(c), decision.levels[c]).run();
    const auto same = std::find_if(out.begin(), out.end(), [&](const Remedy& r) {
      return r.to == one.to && r.changes == one.changes && r.invariant == one.invariant;
    });
    if (same != out.end()) {
      same->categories |= one.categories;
    } else {
      out.push_back(std::move(one));
    }
  }
  return out;
}

std::string sentence(const Remedy& remedy) {
  const std::string what = remedy.categories == 0 ? "it" : format_categories(remedy.categories);
  if (remedy.changes.empty()) {
    if (remedy.invariant) {
      return what + ": nothing would let more through, invariant " +
             std::to_string(*remedy.invariant) + " closes it to every policy";
    }
    return what + ": nothing in the case would let more through, only another policy";
  }
  const std::string_view how = remedy.categories == 0      ? " would go"
                               : remedy.to == Level::kFull ? " would go in full"
                                                           : " would go generalised";
  std::string out = what + std::string(how) + " if ";
  for (std::size_t i = 0; i < remedy.changes.size(); ++i) {
    out += (i == 0 ? "" : ", and ") + remedy.changes[i];
  }
  return out;
}

}  // namespace safeconduct::policies
