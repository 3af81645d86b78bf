#include "policies/check.h"

#include <algorithm>
#include <map>
#include <optional>

#include "policies/admission.h"
#include "policies/explain.h"
#include "policies/invariants.h"
#include "policies/naive.h"
#include "policies/prove.h"
#include "policies/unused.h"
#include "policies/walk.h"

namespace safeconduct::policies {
namespace {

struct Mechanism {
  int number;
  std::string_view says;  // empty: the invariant's own words are in breakable_invariants()
  std::string_view held_by;
};

// policies/README.md tells the same at more length.
constexpr Mechanism kMechanisms[] = {
    {1, "nothing goes above the lowest of rule, stage, consent and prior hop",
     "decide takes the minimum; compared below with the second evaluator"},
    {4, "", "that the consent names the authority is invariant 8"},
    {5, "", "there is no message that asks whether somebody is known"},
    {7, "", "nothing is sent to an excluded agency and its feed has no part of it"},
    {8, "", "the broker decides again at delivery"},
    {9, "refusing or withdrawing changes no other referral", "the core reads one referral's state"},
    {10, "free text is never lowered by machine", "a text has no generalised form in the agent"},
    {11, "a further hop never holds more, never lives longer and never loses a notice",
     "decide takes the minimum with the prior hop and keeps its notices; the core checks expiry"},
    {12, "after withdrawal or expiry the broker cannot produce the content",
     "its key slot is overwritten and synced"},
    {13, "", "the entry is synced before anything leaves"},
    {14, "broker and operators hold nothing readable", "sealed slots and random ids"},
    {15, "withheld looks like never recorded", "decoy slots; the recipient's part has no reason"},
    {16, "every release and every end is recorded", "the ledger has an entry for each step"},
};

std::vector<InvariantReport> invariant_reports(const Proof& proof) {
  std::map<int, InvariantReport> by_number;
  for (const Invariant& invariant : breakable_invariants()) {
    InvariantReport& report = by_number[invariant.number];
    report.says = invariant.says;  // of several, the last and widest
    report.proved = proof.closed[static_cast<std::size_t>(invariant.number)];
  }
  for (const Mechanism& mechanism : kMechanisms) {
    InvariantReport& report = by_number[mechanism.number];
    if (!mechanism.says.empty()) report.says = mechanism.says;
    report.held_by = mechanism.held_by;
  }
  std::vector<InvariantReport> out;
  for (auto& [number, report] : by_number) {
    report.number = number;
    out.push_back(report);
  }
  return out;
}

// A person whose consent grants everything, and a recipient in good standing.
Case widest(const Situation& at) {
  Case out;
  out.from = static_cast<Role>(at.from);
  out.to = static_cast<Role>(at.to);
  out.purpose = static_cast<Purpose>(at.purpose);
  out.basis = static_cast<Basis>(at.basis);
  out.stage = static_cast<Stage>(at.stage);
  out.urgency = static_cast<Urgency>(at.urgency);
  out.circumstances = at.circumstances;
  out.hop = at.hop;
  out.agreement_in_force = true;
  out.consent.state = ConsentState::kLive;
  out.consent.purpose_named = out.consent.recipient_named = true;
  out.consent.person_initiated = out.consent.fresh_in_reflection = true;
  out.consent.full = out.consent.named = kAllCategories;
  return out;
}

class Checker {
 public:
  explicit Checker(const CompiledPolicy& policy) : policy_(policy), reversed_(policy.policy()) {
    std::reverse(reversed_.statements.begin(), reversed_.statements.end());
  }

  void run(CheckReport& report) {
    report_ = &report;
    std::map<std::uint64_t, bool> seen;
    const DecisionTable& table = policy_.table();
    for_each_situation(table.classes, [&](const Situation& at) {
      // One pair of each class; in it all circumstances, since refusals ask for them.
      const std::uint64_t place = table.classes.index(at) * kCircumstanceSets + at.circumstances;
      if (seen.emplace(place, true).second) check(at);
    });
  }

 private:
  void check(const Situation& at) {
    const Case subject = widest(at);
    check_facts(subject);
    if (compare(subject).deliver) check_scopes(subject);
  }

  // Each fact the other way round, one at a time.
  void check_facts(const Case& subject) {
    const auto with = [&](auto change) {
      Case changed = subject;
      change(changed);
      compare(changed);
    };
    with([](Case& c) { c.conflict = true; });
    with([](Case& c) { c.agreement_in_force = false; });
    with([](Case& c) { c.consent.purpose_named = false; });
    with([](Case& c) { c.consent.recipient_named = false; });
    with([](Case& c) { c.consent.person_initiated = false; });
    with([](Case& c) { c.consent.fresh_in_reflection = false; });
    with([](Case& c) { c.consent.grantor = Grantor::kAllegedAbuser; });
    for (const auto state :
         {ConsentState::kNone, ConsentState::kExpired, ConsentState::kWithdrawn}) {
      with([&](Case& c) { c.consent.state = state; });
    }
  }

  // Every way in which consent, never-list and prior hop can speak of a category: less of one of
  // them never raises a level. Axes: granted W, G, F; named; not on the never-list; prior W, G, F.
  void check_scopes(Case subject) {
    std::optional<Levels> found[3][2][2][3];
    for (int grant = 0; grant < 3; ++grant) {
      for (int named = 0; named < 2; ++named) {
        for (int listed = 0; listed < 2; ++listed) {
          for (int prior = 0; prior < 3; ++prior) {
            subject.consent.full = grant == 2 ? kAllCategories : 0;
            subject.consent.generalised = grant >= 1 ? kAllCategories : 0;
            subject.consent.named = named == 1 ? kAllCategories : 0;
            subject.never = listed == 1 ? 0 : kAllCategories;
            subject.prior = Levels::all(static_cast<Level>(prior));
            const Levels now = compare(subject).levels;
            if (grant > 0) hold(subject, *found[grant - 1][named][listed][prior], now);
            if (named > 0) hold(subject, *found[grant][named - 1][listed][prior], now);
            if (listed > 0) hold(subject, *found[grant][named][listed - 1][prior], now);
            if (prior > 0) hold(subject, *found[grant][named][listed][prior - 1], now);
            found[grant][named][listed][prior] = now;
          }
        }
      }
    }
  }

  void hold(const Case& subject, Levels less, Levels more) {
    ++report_->narrowed;
    if (!less.within(more)) fault(subject, "with less consent or prior hop more goes");
  }

  Decision compare(const Case& subject) {
    ++report_->compared;
    const Decision table = decide(policy_, subject);
    const NaiveDecision naive = decide_naively(reversed_, subject);
    bool agree = table.deliver == naive.deliver && table.reason == naive.reason &&
                 table.reasons == naive.reasons;
    for (std::size_t i = 0; i < kCategoryCount; ++i) {
      agree = agree && table.levels[category_at(i)] == naive.levels[i];
    }
    agree = agree && same_duties(obligations_of(policy_, table), naive);
    if (!agree) fault(subject, "table and second evaluator do not agree");
    return table;
  }

  bool same_duties(const std::vector<Obligation>& found, const NaiveDecision& naive) const {
    return std::equal(found.begin(), found.end(), naive.duties.begin(), naive.duties.end(),
                      [&](const Obligation& a, const NaiveDecision::Owed& b) {
                        return a.what == b.what && (a.by ? policy_.rule_name(*a.by) : "") == b.by;
                      });
  }

  void fault(const Case& subject, const std::string& what) {
    constexpr std::size_t kShown = 5;
    if (report_->faults.size() < kShown) report_->faults.push_back(what + ": " + describe(subject));
  }

  const CompiledPolicy& policy_;
  Policy reversed_;
  CheckReport* report_ = nullptr;
};

// The same policy with one more never-rule over every category: no cell may rise.
void check_one_more_forbid(const CompiledPolicy& policy, CheckReport& report) {
  for (const Level left : {Level::kWithheld, Level::kGeneralised}) {
    Policy stricter = policy.policy();
    Statement never;
    never.kind = StatementKind::kNever;
    never.about = kAllCategories;
    never.levels = Levels::all(left);
    never.reason = Reason::kNotNeeded;
    stricter.statements.push_back(never);
    canonicalise(stricter);
    const auto table = build_table(stricter);
    bool within = table && table->cells.size() == policy.table().cells.size();
    for (std::size_t i = 0; within && i < table->cells.size(); ++i) {
      within = table->cells[i].ceiling.within(policy.table().cells[i].ceiling);
      ++report.narrowed;
    }
    if (!within) report.faults.push_back("one more never-rule opens something");
  }
}

// The same policy with one more duty, and with one that is due sooner: none may fall away.
void check_one_more_duty(const CompiledPolicy& policy, CheckReport& report) {
  for (std::uint8_t code = 1; code <= kDutyCount; ++code) {
    Policy stricter = policy.policy();
    Statement more;
    more.kind = StatementKind::kDuty;
    more.requires_of = {
        {static_cast<Duty>(code), time_of(static_cast<Duty>(code)) == DutyTime::kNone ? 0u : 1u}};
    stricter.statements.push_back(more);
    canonicalise(stricter);
    const auto table = build_duty_table(stricter);
    bool held = table.has_value();
    if (held) {
      for_each_class(table->classes, Words::kWithUnknown, [&](const Situation& at) {
        ++report.narrowed;
        for (const DutyTest& test : policy.table().duties.list(at)) {
          const auto time = time_for(table->list(at), test.what.duty, test.with);
          held = held && time && as_strict({test.what.duty, *time}, test.what);
        }
      });
    }
    if (!held) report.faults.push_back("one more duty drops another");
  }
}

}  // namespace

CheckReport check(const CompiledPolicy& policy) {
  CheckReport report;
  const auto proof = prove(policy.policy(), policy.table());
  if (!proof) {
    report.faults.push_back(proof.error().message);
    return report;
  }
  report.cells = proof->cells;
  report.invariants = invariant_reports(*proof);
  const auto& statements = policy.policy().statements;
  report.assertions = static_cast<std::size_t>(
      std::count_if(statements.begin(), statements.end(),
                    [](const Statement& s) { return s.kind == StatementKind::kAssert; }));
  Checker(policy).run(report);
  check_one_more_forbid(policy, report);
  check_one_more_duty(policy, report);
  report.notes = unused_parts(policy);
  return report;
}

}  // namespace safeconduct::policies
