#include "broker/introductions.h"

#include <algorithm>

namespace safeconduct::broker {
namespace {

constexpr std::size_t kPageMax = 128;

}  // namespace

void Introductions::note(const AgencyId& agency, std::string software) {
  Said& said = said_[agency];
  if (said.mark != 0 && said.software == software) return;
  said = {std::move(software), ++count_};
}

std::vector<wire::Told> Introductions::since(std::uint64_t& mark) const {
  std::vector<std::pair<std::uint64_t, const std::pair<const AgencyId, Said>*>> newer;
  for (const auto& one : said_) {
    if (one.second.mark > mark) newer.emplace_back(one.second.mark, &one);
  }
  std::sort(newer.begin(), newer.end());
  if (newer.size() > kPageMax) newer.resize(kPageMax);
  std::vector<wire::Told> out;
  for (const auto& [said_at, one] : newer) {
    out.push_back({one->first, one->second.software});
    mark = said_at;
  }
  return out;
}

}  // namespace safeconduct::broker
