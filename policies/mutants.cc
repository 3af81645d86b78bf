#include "policies/mutants.h"

#include <bit>

#include "policies/format.h"

namespace safeconduct::policies {
namespace {

std::string_view word(Level level) {
  return level == Level::kWithheld ? "not at all"
         : level == Level::kFull   ? "in full"
                                   : "generalised";
}

class Bender {
 public:
  explicit Bender(const Statement& statement) : original_(statement) {}

  std::vector<Bent> run() {
    out_.push_back({original_.name() + " is dropped", std::nullopt});
    const bool of_people = original_.kind >= StatementKind::kDuty;
    if (of_people) {
      bend_duties();
      bend_terms();
    } else if (original_.kind != StatementKind::kRefuse) {
      bend_levels();
    }
    for (std::size_t i = 0; i < original_.unless.size(); ++i) {
      Statement bent = original_;
      bent.unless.erase(bent.unless.begin() + static_cast<std::ptrdiff_t>(i));
      add("without `unless " + format(original_.unless[i]) + "`", std::move(bent));
    }
    leave_out<Role>(&Selector::to, "to");
    leave_out<Purpose>(&Selector::purposes, "for");
    leave_out<Basis>(&Selector::bases, "on");
    turn_facts();
    return std::move(out_);
  }

 private:
  void add(const std::string& change, Statement bent) {
    out_.push_back({original_.name() + " " + change, std::move(bent)});
  }

  void bend_levels() {
    for (std::size_t i = 0; i < kCategoryCount; ++i) {
      const Category c = category_at(i);
      const auto level = static_cast<int>(original_.levels[c]);
      for (const int next : {level - 1, level + 1}) {
        if (next < 0 || next > 2) continue;
        Statement bent = original_;
        bent.levels.set(c, static_cast<Level>(next));
        bent.about |= bit(c);
        add("leaves " + std::string(name(c)) + " " + std::string(word(static_cast<Level>(next))),
            std::move(bent));
      }
    }
  }

  // A duty that is dropped, or has one hour more; a category without which it no longer comes.
  void bend_duties() {
    for (std::size_t i = 0; i < original_.requires_of.size(); ++i) {
      const Requirement& what = original_.requires_of[i];
      Statement bent = original_;
      bent.requires_of.erase(bent.requires_of.begin() + static_cast<std::ptrdiff_t>(i));
      add("no longer requires `" + words(what) + "`", std::move(bent));
      if (what.hours == 0) continue;
      Statement later = original_;
      ++later.requires_of[i].hours;
      add("has `" + words(what) + "` an hour later", std::move(later));
    }
    for (CategorySet rest = original_.about; rest != 0; rest &= rest - 1) {
      Statement bent = original_;
      bent.about &= ~(rest & (~rest + 1));
      if (bent.about == 0) continue;  // that would be in any case
      add("no longer comes with " + format_categories(rest & (~rest + 1)), std::move(bent));
    }
  }

  void bend_terms() {
    for (std::size_t i = 0; i < original_.settings.size(); ++i) {
      Statement bent = original_;
      std::uint32_t& value = bent.settings[i].value;
      as_strict(bent.settings[i].term, value + 1, value) ? --value : ++value;
      add("lets `" + words(original_.settings[i]) + "` be one off", std::move(bent));
    }
    if (!original_.direct) return;
    Statement bent = original_;
    bent.direct = false;
    add("no longer asks for direct transport", std::move(bent));
  }

  template <class Enum>
  void leave_out(WordSet Selector::*part, const std::string& keyword) {
    const WordSet set = original_.where.*part;
    if (std::popcount(set) < 2) return;
    for (WordSet rest = set; rest != 0; rest &= rest - 1) {
      Statement bent = original_;
      bent.where.*part &= ~(rest & (~rest + 1));
      const auto left_out = static_cast<Enum>(std::countr_zero(rest));
      add("no longer speaks of `" + keyword + " " + std::string(name(left_out)) + "`",
          std::move(bent));
    }
  }

  void turn_facts() {
    for (std::size_t i = 1; i <= kFactCount; ++i) {
      const auto fact = static_cast<Fact>(i);
      const WordSet mask = word_bit(fact);
      if (((original_.where.facts | original_.where.facts_not) & mask) == 0) continue;
      Statement bent = original_;
      bent.where.facts ^= mask;
      bent.where.facts_not ^= mask;
      add("asks the other way round for " + std::string(name(fact)), std::move(bent));
    }
  }

  const Statement& original_;
  std::vector<Bent> out_;
};

}  // namespace

std::vector<Bent> mutants_of(const Statement& statement) {
  return Bender(statement).run();
}

}  // namespace safeconduct::policies
