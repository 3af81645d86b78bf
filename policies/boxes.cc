#include "policies/boxes.h"

#include <algorithm>
#include <bit>
#include <map>

#include "policies/format.h"

namespace safeconduct::policies {
namespace {

constexpr WordSet words(std::size_t count) {
  return ((WordSet{1} << count) - 1) << 1;
}

bool lies_in(const Box& inner, const Box& outer) {
  for (std::size_t d = 0; d < kDimensions; ++d) {
    if ((inner[d] & ~outer[d]) != 0) return false;
  }
  return true;
}

// Joins boxes of other recipients and purposes when the cases between them may be told with them.
void join_pairs(std::vector<Box>& boxes, const std::function<bool(const Box&)>& may_hold) {
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    for (std::size_t k = i + 1; k < boxes.size();) {
      Box both = boxes[k];
      both[kDimTo] = boxes[i][kDimTo];
      both[kDimPurpose] = boxes[i][kDimPurpose];
      const bool alike = both == boxes[i];
      both[kDimTo] |= boxes[k][kDimTo];
      both[kDimPurpose] |= boxes[k][kDimPurpose];
      if (!alike || !may_hold(both)) {
        ++k;
        continue;
      }
      boxes[i] = both;
      boxes.erase(boxes.begin() + static_cast<std::ptrdiff_t>(k));
      k = i + 1;
    }
  }
}

void set_hops(Selector& selector, WordSet hops) {
  selector.hop_min = static_cast<std::uint8_t>(std::countr_zero(hops));
  const auto last = static_cast<std::uint8_t>(31 - std::countl_zero(hops));
  selector.hop_max = last >= kHopsTold ? std::uint8_t{255} : last;
}

}  // namespace

const Box& whole() {
  static const Box box = {words(kHopsTold),
                          words(kUrgencyCount),
                          3,
                          3,
                          3,
                          words(kRoleCount),
                          words(kStageCount),
                          words(kBasisCount),
                          words(kRoleCount),
                          words(kPurposeCount)};
  return box;
}

std::vector<Box> joined(std::vector<Box> boxes) {
  for (std::size_t before = 0; before != boxes.size();) {
    before = boxes.size();
    for (std::size_t d = 0; d < kDimensions; ++d) {
      std::map<Box, WordSet> by_rest;
      for (Box box : boxes) {
        const WordSet here = box[d];
        box[d] = 0;
        by_rest[box] |= here;
      }
      boxes.clear();
      for (const auto& [rest, here] : by_rest) {
        boxes.push_back(rest);
        boxes.back()[d] = here;
      }
    }
  }
  return boxes;
}

std::vector<Box> widened(std::vector<Box> boxes, const std::function<bool(const Box&)>& may_hold) {
  boxes = joined(std::move(boxes));
  for (Box& box : boxes) {
    for (std::size_t d = 0; d < kDimTo; ++d) {
      Box wider = box;
      wider[d] = whole()[d];
      if (wider[d] != box[d] && may_hold(wider)) box = wider;
    }
  }
  boxes = joined(std::move(boxes));
  join_pairs(boxes, may_hold);
  std::vector<Box> out;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    bool held = false;
    for (std::size_t k = 0; k < boxes.size() && !held; ++k) {
      held = k != i && boxes[k] != boxes[i] && lies_in(boxes[i], boxes[k]);
    }
    if (!held) out.push_back(boxes[i]);
  }
  return out;
}

std::string in_words(const Box& box) {
  const auto part = [&](Dimension d) { return box[d] == whole()[d] ? WordSet{0} : box[d]; };
  Selector selector;
  selector.from = part(kDimFrom);
  selector.to = part(kDimTo);
  selector.purposes = part(kDimPurpose);
  selector.stages = part(kDimStage);
  selector.bases = part(kDimBasis);
  selector.urgencies = part(kDimUrgency);
  set_hops(selector, box[kDimHop]);
  for (std::size_t i = 0; i < 3; ++i) {
    const WordSet has = box[kDimMinor + i];
    if (has == 2) selector.facts |= WordSet{2} << i;
    if (has == 1) selector.facts_not |= WordSet{2} << i;
  }
  return format(selector);
}

}  // namespace safeconduct::policies
