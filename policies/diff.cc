#include "policies/diff.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "policies/boxes.h"
#include "policies/diff_duty.h"
#include "policies/format.h"
#include "policies/gates.h"
#include "policies/walk.h"

namespace safeconduct::policies {
namespace {

Classes joint_classes(const CompiledPolicy& a, const CompiledPolicy& b) {
  static const Selector consent{.bases = word_bit(Basis::kConsent)};
  std::vector<const Selector*> selectors{&consent};
  for (const CompiledPolicy* policy : {&a, &b}) {
    for (const Statement& s : policy->policy().statements) {
      if (s.kind >= StatementKind::kDuty) continue;  // told in diff_duty.cc
      selectors.push_back(&s.where);
      for (const Selector& exception : s.unless) selectors.push_back(&exception);
    }
  }
  return classify(selectors, {});
}

// One way in which a case changes: a category's level, or who gets by the refusals.
struct Step {
  bool wider = false;
  std::uint8_t category = 0;  // of the vocabulary; 0: the message itself
  Level from{};
  Level to{};
  bool service = false;   // consent to the service now suffices, or no longer does
  WordSet facts = 0;      // of the cases that get by now, or no longer do
  WordSet facts_not = 0;  //
  friend auto operator<=>(const Step&, const Step&) = default;
};

struct Places {
  std::vector<Box> boxes;
  std::set<std::size_t> cells;
};

// Both policies in one situation.
struct Sides {
  const Cell& older;
  const Cell& newer;
  bool older_admits;
  bool newer_admits;
};

class Differ {
 public:
  Differ(const CompiledPolicy& older, const CompiledPolicy& newer)
      : older_(older.table()),
        newer_(newer.table()),
        older_gates_(older_, older_.asked | newer_.asked),
        newer_gates_(newer_, older_.asked | newer_.asked),
        classes_(joint_classes(older, newer)) {}

  // Whether anything of levels and refusals widens.
  bool any_wider() {
    keeps_places_ = false;
    bool out = false;
    for_each_situation(classes_, [&](const Situation& at) {
      if (out) return;
      compare(at);
      out = wider_;
    });
    return out;
  }

  Diff run() {
    for_each_situation(classes_, [&](const Situation& at) { compare(at); });
    tell();
    return std::move(out_);
  }

 private:
  Sides sides(const Situation& at) {
    const Cell& a = older_.at(at);
    const Cell& b = newer_.at(at);
    return {a, b, older_gates_.admits(a.refusals, at.circumstances),
            newer_gates_.admits(b.refusals, at.circumstances)};
  }

  std::size_t place(const Situation& at) const {
    return classes_.index(at) * kCircumstanceSets + at.circumstances;
  }

  void compare(const Situation& at) {
    const Sides s = sides(at);
    wider_ = narrower_ = false;
    const Levels before = s.older_admits ? s.older.ceiling : Levels{};
    const Levels after = s.newer_admits ? s.newer.ceiling : Levels{};
    const bool closed = s.older_admits && !s.newer_admits;
    if (closed) add(Step{}, at);  // told as one: the message no longer goes
    for (std::size_t i = 0; !closed && before != after && i < kCategoryCount; ++i) {
      const Category c = category_at(i);
      if (before[c] == after[c]) continue;
      Step step;
      step.wider = after[c] > before[c];
      step.category = static_cast<std::uint8_t>(i + 1);
      step.from = before[c];
      step.to = after[c];
      add(step, at);
    }
    if (!closed) compare_gates(at, s, before.nothing() && after.nothing());
    if (s.older_admits && s.newer_admits && s.older.consent != s.newer.consent) {
      Step step;
      step.wider = s.newer.consent == ConsentUse::kService;
      step.service = true;
      add(step, at);
    }
    const std::uint64_t cells = covered_by(at);
    if (wider_) out_.wider_cells += cells;
    if (narrower_) out_.narrower_cells += cells;
  }

  void compare_gates(const Situation& at, const Sides& s, bool nothing_goes) {
    const auto& before = older_gates_.verdicts(s.older.refusals, at.circumstances);
    const auto& after = newer_gates_.verdicts(s.newer.refusals, at.circumstances);
    if (before == after) return;
    // Where one of the two refuses everything, the levels tell it already.
    if (s.older_admits != s.newer_admits && !nothing_goes) return;
    const auto& facts = older_gates_.facts(at.circumstances);
    bool otherwise = false;
    for (const bool wider : {true, false}) {
      const auto& closed = wider ? before : after;
      const auto& open = wider ? after : before;
      const WordSet all = ~WordSet{0};
      InAll moved{all, all};
      InAll through{all, all};
      bool any = false;
      for (std::size_t i = 0; i < facts.size(); ++i) {
        otherwise =
            otherwise || (before[i] != after[i] && before[i] != Reason{} && after[i] != Reason{});
        if (open[i] != Reason{}) continue;
        through.meet(facts[i]);
        if (closed[i] == Reason{}) continue;
        moved.meet(facts[i]);
        any = true;
      }
      if (!any) continue;
      Step step;
      step.wider = wider;
      step.facts = moved.holding & ~through.holding;
      step.facts_not = moved.failing & ~through.failing;
      add(step, at);
    }
    if (otherwise) out_.told_otherwise += covered_by(at);
  }

  // The facts that hold in all of some cases, and those that fail in all.
  struct InAll {
    WordSet holding;
    WordSet failing;
    void meet(WordSet facts) {
      holding &= facts;
      failing &= ~facts;
    }
  };

  void add(const Step& step, const Situation& at) {
    (step.wider ? wider_ : narrower_) = true;
    if (!keeps_places_) return;
    Places& places = steps_[step];
    places.boxes.push_back(box(at));
    places.cells.insert(place(at));
  }

  Box box(const Situation& at) const {
    const auto like = [](const auto& classes, std::size_t first, std::uint8_t code) {
      WordSet set = 0;
      for (std::size_t i = first; i < classes.size(); ++i) {
        if (classes[i] == classes[code]) set |= WordSet{1} << i;
      }
      return set;
    };
    const auto circumstance = [&](unsigned i) {
      return WordSet{1} << (at.circumstances >> i & 1u);
    };
    return {like(classes_.hop, 1, at.hop),
            like(classes_.urgency, 1, at.urgency),
            circumstance(0),
            circumstance(1),
            circumstance(2),
            like(classes_.from, 1, at.from),
            WordSet{1} << at.stage,
            WordSet{1} << at.basis,
            WordSet{1} << at.to,
            WordSet{1} << at.purpose};
  }

  std::uint64_t covered_by(const Situation& at) const {
    const auto like = [](const auto& classes, std::uint8_t code) {
      return static_cast<std::uint64_t>(
          std::count(classes.begin() + 1, classes.end(), classes[code]));
    };
    return like(classes_.from, at.from) * like(classes_.urgency, at.urgency);
  }

  // True when every case of the box takes the step, or is refused by both policies.
  bool holds_in(const Box& wanted, const Places& places) {
    bool holds = true;
    for_each_in(wanted, [&](const Situation& at) {
      if (!holds || places.cells.count(place(at)) != 0) return;
      const Sides s = sides(at);
      holds = !s.older_admits && !s.newer_admits;
    });
    return holds;
  }

  template <class Action>
  void for_each_in(const Box& box, Action action) const {
    const auto in = [&](Dimension d, std::uint8_t code) { return (box[d] >> code & 1u) != 0; };
    Situation at;
    for (at.to = 1; at.to <= kRoleCount; ++at.to) {
      if (!in(kDimTo, at.to)) continue;
      for (at.purpose = 1; at.purpose <= kPurposeCount; ++at.purpose) {
        if (in(kDimPurpose, at.purpose)) for_each_rest(at, in, action);
      }
    }
  }

  template <class In, class Action>
  void for_each_rest(Situation at, const In& in, const Action& action) const {
    const auto visit = [&](std::uint8_t bits) {
      at.circumstances = bits;
      for (const auto hop : representatives(classes_.hop, 1)) {
        at.hop = hop;
        for (const auto urgency : representatives(classes_.urgency, 1)) {
          at.urgency = urgency;
          if (in(kDimHop, hop) && in(kDimUrgency, urgency)) action(at);
        }
      }
    };
    for (const auto from : representatives(classes_.from, 1)) {
      for (std::uint8_t basis = 1; basis <= kBasisCount; ++basis) {
        for (std::uint8_t stage = 1; stage <= kStageCount; ++stage) {
          if (!in(kDimFrom, from) || !in(kDimBasis, basis) || !in(kDimStage, stage)) continue;
          at.from = from;
          at.basis = basis;
          at.stage = stage;
          for (std::uint8_t bits = 0; bits < kCircumstanceSets; ++bits) {
            const bool here = in(kDimMinor, bits & 1u) && in(kDimReflection, bits >> 1 & 1u) &&
                              in(kDimClaim, bits >> 2 & 1u);
            if (here) visit(bits);
          }
        }
      }
    }
  }

  void tell() {
    // Wider first; in one place all its steps, categories that take the same step together.
    using Move = std::tuple<Level, Level, bool, WordSet, WordSet>;
    std::map<std::pair<bool, Box>, std::map<Move, CategorySet>> by_place;
    for (auto& [step, places] : steps_) {
      const auto may_hold = [&, &step_places = places](const Box& b) {
        return holds_in(b, step_places);
      };
      for (const Box& box : widened(std::move(places.boxes), may_hold)) {
        const Move move{step.from, step.to, step.service, step.facts, step.facts_not};
        CategorySet& categories = by_place[{!step.wider, box}][move];
        if (step.category != 0) categories |= bit(static_cast<Category>(step.category));
      }
    }
    for (const auto& [place, moves] : by_place) {
      Change change{!place.first, in_words(place.second), {}};
      for (const auto& [move, categories] : moves) {
        const auto& [from, to, service, facts, facts_not] = move;
        change.what.push_back(
            categories != 0 ? format_categories(categories) + " from " + std::string(name(from)) +
                                  " to " + std::string(name(to))
            : service ? (change.wider ? "consent to the service alone now suffices"
                                      : "consent to the service alone no longer suffices")
                      : gate(change.wider, facts, facts_not));
      }
      out_.changes.push_back(std::move(change));
    }
  }

  static std::string gate(bool wider, WordSet facts, WordSet facts_not) {
    Selector selector;
    selector.facts = facts & ~WordSet{1};
    selector.facts_not = facts_not & (((WordSet{1} << kFactCount) - 1) << 1);
    const std::string when = format(selector);
    return (wider ? "no longer refused" : "now refused") + (when.empty() ? "" : " " + when);
  }

  const DecisionTable& older_;
  const DecisionTable& newer_;
  Gates older_gates_;
  Gates newer_gates_;
  Classes classes_;
  std::map<Step, Places> steps_;
  bool wider_ = false;
  bool narrower_ = false;
  bool keeps_places_ = true;
  Diff out_;
};

}  // namespace

Diff diff(const CompiledPolicy& older, const CompiledPolicy& newer) {
  Diff out = Differ(older, newer).run();
  DutyChanges duties = duty_changes(older, newer);
  out.wider_cells += duties.wider_cells;
  out.narrower_cells += duties.narrower_cells;
  for (const Change& change : term_changes(older.policy(), newer.policy())) {
    (change.wider ? out.wider_terms : out.narrower_terms) = true;
    out.changes.push_back(change);
  }
  for (Change& change : duties.changes) out.changes.push_back(std::move(change));
  std::stable_partition(out.changes.begin(), out.changes.end(),
                        [](const Change& change) { return change.wider; });
  return out;
}

bool widens(const CompiledPolicy& older, const CompiledPolicy& newer) {
  const std::vector<Change> terms = term_changes(older.policy(), newer.policy());
  const bool looser =
      std::any_of(terms.begin(), terms.end(), [](const Change& c) { return c.wider; });
  return looser || duty_changes(older, newer).wider_cells != 0 || Differ(older, newer).any_wider();
}

bool decide_alike(const CompiledPolicy& a, const CompiledPolicy& b) {
  const Classes classes = joint_classes(a, b);
  const WordSet asked = a.table().asked | b.table().asked;
  Gates a_gates(a.table(), asked);
  Gates b_gates(b.table(), asked);
  bool alike = term_changes(a.policy(), b.policy()).empty() && duty_changes(a, b).changes.empty();
  for_each_situation(classes, [&](const Situation& at) {
    if (!alike) return;
    const Cell& one = a.table().at(at);
    const Cell& other = b.table().at(at);
    alike = a_gates.verdicts(one.refusals, at.circumstances) ==
            b_gates.verdicts(other.refusals, at.circumstances);
    if (!alike || !a_gates.admits(one.refusals, at.circumstances)) return;
    alike = one.ceiling == other.ceiling && one.consent == other.consent;
  });
  return alike;
}

std::string sentence(const Change& change) {
  std::string out = change.where.empty() ? "in every case" : change.where;
  for (std::size_t i = 0; i < change.what.size(); ++i) {
    out += (i == 0 ? ": " : "; ") + change.what[i];
  }
  return out;
}

}  // namespace safeconduct::policies
