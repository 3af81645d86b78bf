#include "policies/diff_duty.h"

#include <bit>
#include <map>
#include <tuple>

#include "policies/boxes.h"
#include "policies/format.h"
#include "policies/table.h"
#include "policies/walk.h"

namespace safeconduct::policies {
namespace {

using Time = std::optional<std::uint32_t>;  // hours; 0: no time; nothing: no such duty

// The stricter, the smaller.
std::uint64_t slack(const Time& time) {
  constexpr std::uint64_t kNoTime = std::uint64_t{1} << 32;
  return !time ? kNoTime + 1 : *time == 0 ? kNoTime : *time;
}

// One way in which a situation changes. `with`: only where one of these goes.
struct Move {
  Duty duty{};
  Time before;
  Time after;
  auto place() const { return std::tuple(duty, slack(before), slack(after)); }
  bool wider() const { return slack(after) > slack(before); }
  friend bool operator<(const Move& a, const Move& b) { return a.place() < b.place(); }
};

std::string says(const Move& move, CategorySet with) {
  std::string out;
  if (!move.before) {
    out = words(Requirement{move.duty, *move.after}) + " now required";
  } else if (!move.after) {
    out = words(Requirement{move.duty, *move.before}) + " no longer required";
  } else {
    out = words(Requirement{move.duty, *move.before}) + " becomes " +
          words(Requirement{move.duty, *move.after});
  }
  return with == 0 ? out : out + " where " + format_categories(with) + " goes";
}

// Recipients and purposes of one class, as boxes over whole dimensions.
std::vector<Box> pair_boxes(const Classes& classes, std::uint16_t pair) {
  std::map<WordSet, WordSet> by_purposes;
  for (std::uint8_t to = 1; to <= kRoleCount; ++to) {
    WordSet purposes = 0;
    for (std::uint8_t purpose = 1; purpose <= kPurposeCount; ++purpose) {
      if (classes.pair[to][purpose] == pair) purposes |= WordSet{1} << purpose;
    }
    if (purposes != 0) by_purposes[purposes] |= WordSet{1} << to;
  }
  std::vector<Box> out;
  for (const auto& [purposes, roles] : by_purposes) {
    Box box = whole();
    box[kDimTo] = roles;
    box[kDimPurpose] = purposes;
    out.push_back(box);
  }
  return out;
}

template <class Array>
WordSet like(const Array& classes, std::size_t first, std::uint8_t code) {
  WordSet set = 0;
  for (std::size_t i = first; i < classes.size(); ++i) {
    if (classes[i] == classes[code]) set |= WordSet{1} << i;
  }
  return set;
}

std::uint64_t cells_in(const Box& box) {
  std::uint64_t out = 1;
  for (const WordSet dimension : box) {
    out *= static_cast<std::uint64_t>(std::popcount(dimension));
  }
  return out;
}

class DutyDiffer {
 public:
  DutyDiffer(const CompiledPolicy& older, const CompiledPolicy& newer)
      : older_(older.table().duties), newer_(newer.table().duties) {
    std::vector<const Selector*> selectors;
    collect_duty_selectors(older.policy(), selectors);
    collect_duty_selectors(newer.policy(), selectors);
    classes_ = classify(selectors, selectors);
  }

  DutyChanges run() {
    for_each_class(classes_, Words::kKnown, [&](const Situation& at) {
      const std::map<Move, CategorySet> moves = compare(older_.list(at), newer_.list(at));
      if (moves.empty()) return;
      for (const Box& box : boxes(at)) add(box, moves);
    });
    tell();
    return std::move(out_);
  }

 private:
  static std::map<Move, CategorySet> compare(const std::vector<DutyTest>& older,
                                             const std::vector<DutyTest>& newer) {
    std::map<Move, CategorySet> out;
    for (std::uint8_t code = 1; code <= kDutyCount; ++code) {
      const auto duty = static_cast<Duty>(code);
      const Time before = time_for(older, duty, 0);
      const Time after = time_for(newer, duty, 0);
      if (before != after) out[{duty, before, after}] = 0;
      for (std::size_t i = 0; i < kCategoryCount; ++i) {
        const CategorySet one = bit(category_at(i));
        const Time with_before = time_for(older, duty, one);
        const Time with_after = time_for(newer, duty, one);
        const bool told = with_before == before && with_after == after;
        if (!told && with_before != with_after) out[{duty, with_before, with_after}] |= one;
      }
    }
    return out;
  }

  std::vector<Box> boxes(const Situation& at) const {
    std::vector<Box> out;
    for (Box box : pair_boxes(classes_, classes_.pair[at.to][at.purpose])) {
      box[kDimHop] = like(classes_.hop, 1, at.hop);
      box[kDimUrgency] = like(classes_.urgency, 1, at.urgency);
      box[kDimFrom] = like(classes_.from, 1, at.from);
      box[kDimStage] = like(classes_.stage, 1, at.stage);
      box[kDimBasis] = like(classes_.basis, 1, at.basis);
      for (std::uint8_t bits = 0; bits < kCircumstanceSets; ++bits) {
        if (classes_.circumstances[bits] != classes_.circumstances[at.circumstances]) continue;
        box[kDimMinor] = WordSet{1} << (bits & 1u);
        box[kDimReflection] = WordSet{1} << (bits >> 1 & 1u);
        box[kDimClaim] = WordSet{1} << (bits >> 2 & 1u);
        out.push_back(box);
      }
    }
    return out;
  }

  void add(const Box& box, const std::map<Move, CategorySet>& moves) {
    bool wider = false;
    bool narrower = false;
    for (const auto& [move, with] : moves) {
      (move.wider() ? wider : narrower) = true;
      places_[{!move.wider(), says(move, with)}].push_back(box);
    }
    if (wider) out_.wider_cells += cells_in(box);
    if (narrower) out_.narrower_cells += cells_in(box);
  }

  // Wider first; what changes in one place stands together.
  void tell() {
    std::map<std::pair<bool, Box>, std::vector<std::string>> by_place;
    for (auto& [what, boxes] : places_) {
      for (const Box& box : joined(std::move(boxes))) {
        by_place[{what.first, box}].push_back(what.second);
      }
    }
    for (auto& [place, what] : by_place) {
      out_.changes.push_back({!place.first, in_words(place.second), std::move(what)});
    }
  }

  const DutyTable& older_;
  const DutyTable& newer_;
  Classes classes_;
  std::map<std::pair<bool, std::string>, std::vector<Box>> places_;
  DutyChanges out_;
};

}  // namespace

DutyChanges duty_changes(const CompiledPolicy& older, const CompiledPolicy& newer) {
  return DutyDiffer(older, newer).run();
}

std::vector<Change> term_changes(const Policy& older, const Policy& newer) {
  std::vector<Change> out;
  for (std::uint8_t code = 1; code <= kTermCount; ++code) {
    const auto which = static_cast<Term>(code);
    const std::uint32_t before = term(older, which);
    const std::uint32_t after = term(newer, which);
    if (before == after) continue;
    out.push_back({!as_strict(which, after, before),
                   "",
                   {words(Setting{which, before}) + " becomes " + words(Setting{which, after})}});
  }
  if (is_direct(older) && !is_direct(newer)) {
    out.push_back({true, "", {"content goes through the broker, sealed, and no longer direct"}});
  }
  if (!is_direct(older) && is_direct(newer)) {
    out.push_back({false,
                   "",
                   {"content goes from agency to agency and no longer through the "
                    "broker"}});
  }
  return out;
}

}  // namespace safeconduct::policies
