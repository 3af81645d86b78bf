#include "agents/services/search.h"

#include <catch2/catch.hpp>

#include "agents/services/codes.h"
#include "policies/vocabulary.h"

using namespace safeconduct;
using namespace safeconduct::services;
using policies::Purpose;

namespace {

AgencyId agency(const std::string& name) {
  return AgencyId::parse(name).value();
}

wire::ServiceOffer bed(const std::vector<std::string>& codes) {
  wire::ServiceOffer offer;
  for (const std::string& code : codes) {
    REQUIRE(put_code(offer, code));
  }
  return offer;
}

Listing listing(const std::string& name, const std::vector<std::string>& codes,
                std::optional<Room> room = {}, std::uint16_t places = 0) {
  Listing out;
  out.agency = agency(name);
  out.roles = {policies::Role::kShelter};
  std::vector<std::string> all = {"purpose:safe_accommodation", "gives:bed"};
  all.insert(all.end(), codes.begin(), codes.end());
  out.offers = {bed(all)};
  if (room) {
    out.capacity = {{static_cast<std::uint8_t>(Purpose::kSafeAccommodation), "", *room, places}};
  }
  return out;
}

std::vector<std::string> names(const std::vector<Hit>& hits) {
  std::vector<std::string> out;
  for (const Hit& hit : hits) out.push_back(hit.agency.text());
  return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("A search finds who gives what is needed, room first") {
  const std::vector<Listing> all = {listing("full", {}, Room::kFull), listing("silent", {}),
                                    listing("open", {}, Room::kOpen, 2),
                                    listing("wait", {}, Room::kWaitlist)};
  Need need;
  need.gives = gives_bit("bed").value();
  CHECK(names(search(all, need, {})) == Names{"open", "wait", "silent", "full"});
  CHECK(search(all, need, {})[0].places == 2);
  need.now = true;
  CHECK(names(search(all, need, {})) == Names{"open", "silent"});
  need.gives = gives_bit("legal_help").value();
  CHECK(search(all, need, {}).empty());
  need = {};
  need.purpose = Purpose::kLegalAdvice;
  CHECK(search(all, need, {}).empty());
}

TEST_CASE("A search asks for whom, how old, with children, which language and what access") {
  std::vector<Listing> all = {listing("women", {"for:women", "for:children"}),
                              listing("men", {"for:men", "accessibility:wheelchair"}),
                              listing("all", {})};
  all[0].offers[0].languages = {"en", "ro"};
  all[1].offers[0].age_from = 18;
  Need need;
  need.gender = Gender::kWoman;
  CHECK(names(search(all, need, {})) == Names{"all", "women"});
  need.with_children = true;
  CHECK(names(search(all, need, {})) == Names{"women"});
  need = {};
  need.age = 17;
  CHECK(names(search(all, need, {})) == Names{"all", "women"});
  need = {};
  need.languages = {"ro", "uk"};
  CHECK(names(search(all, need, {})) == Names{"women"});
  need = {};
  need.accessibility = accessibility_bit("wheelchair").value();
  CHECK(names(search(all, need, {})) == Names{"men"});
}

TEST_CASE("An offer without a district serves every one, after those of the district itself") {
  const std::vector<Listing> all = {listing("anywhere", {}), listing("north", {"district:north"}),
                                    listing("south", {"district:south"})};
  Need need;
  need.district = "north";
  CHECK(names(search(all, need, {})) == Names{"north", "anywhere"});
}

TEST_CASE("Capacity of the district goes before capacity anywhere") {
  Listing one = listing("one", {"district:north"}, Room::kFull);
  one.capacity.push_back({one.offers[0].purpose, "north", Room::kOpen, 4});
  const std::vector<Hit> hits = search({one}, {}, {});
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].room == Room::kOpen);
  CHECK(hits[0].places == 4);
}

TEST_CASE("Whoever is excluded leaves no trace: the answer is that of a network without it") {
  const std::vector<Listing> with = {listing("harbour", {}, Room::kOpen, 1),
                                     listing("haven", {}, Room::kOpen, 3), listing("lantern", {})};
  const std::vector<Listing> without = {with[0], with[2]};
  for (const std::string& language : {std::string(), std::string("ro")}) {
    Need need;
    if (!language.empty()) need.languages = {language};
    const auto excluded = search(with, need, {agency("haven")});
    const auto absent = search(without, need, {});
    REQUIRE(excluded.size() == absent.size());
    for (std::size_t i = 0; i < absent.size(); ++i) {
      CHECK(excluded[i].agency == absent[i].agency);
      CHECK(excluded[i].offer == absent[i].offer);
      CHECK(excluded[i].room == absent[i].room);
    }
  }
  CHECK(search({with[1]}, {}, {agency("haven")}).empty());
}
