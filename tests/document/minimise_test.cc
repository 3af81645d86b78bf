#include "agents/document/minimise.h"

#include <catch2/catch.hpp>
#include <map>

#include "agents/document/check.h"
#include "agents/document/fields.h"
#include "schemas/base/limits.h"
#include "tests/document/examples.h"

using namespace safeconduct;
using namespace safeconduct::document;
using namespace safeconduct::policies;
using nlohmann::json;

namespace {

const Instant kCreated = instant("2026-11-24T10:00:00Z");

struct Shown {
  json value;
  bool free_text = false;
};
std::map<int, Shown> shown(const Result<std::vector<seal::SlotPlaintext>>& slots) {
  REQUIRE(slots);
  std::map<int, Shown> out;
  int last = -1;
  for (const seal::SlotPlaintext& slot : *slots) {
    CHECK(slot.number > last);
    last = slot.number;
    out[slot.number] = {json::parse(text_of(slot.text.expose())), slot.free_text};
  }
  return out;
}

}  // namespace

TEST_CASE("A withheld category leaves no slot, a generalised one the lower, a full one both") {
  Levels ceiling;
  ceiling.set(Category::kDemographics, Level::kGeneralised);
  ceiling.set(Category::kRisk, Level::kFull);
  ceiling.set(Category::kNarrative, Level::kGeneralised);
  const auto slots = shown(slots_for(parsed(full_referral()), ceiling, kCreated, false));
  REQUIRE(slots.size() == 3);
  CHECK(slots.contains(slot_of(Category::kDemographics, Level::kGeneralised)));
  CHECK(slots.contains(slot_of(Category::kRisk, Level::kGeneralised)));
  CHECK(slots.at(slot_of(Category::kRisk, Level::kFull)).value ==
        full_referral()["content"]["risk"]);
}

TEST_CASE("An inquiry never holds a full slot") {
  const auto slots =
      shown(slots_for(parsed(full_referral()), Levels::all(Level::kFull), kCreated, true));
  CHECK(!slots.empty());
  for (const auto& [number, slot] : slots) {
    CHECK(slot_level(static_cast<std::uint8_t>(number)) == Level::kGeneralised);
  }
}

TEST_CASE("An agent that does not minimise offers all it has") {
  const auto slots = shown(offer_everything(parsed(full_referral()), kCreated));
  CHECK(slots.size() == 2 * kCategoryCount - 4);
}

TEST_CASE("Substance-use records carry their notice") {
  const auto slots = shown(offer_everything(parsed(full_referral()), kCreated));
  CHECK(slots.at(slot_of(Category::kSud, Level::kFull)).value["notice"] == "no_redisclosure");
}

TEST_CASE("Only long text is padded by its size") {
  const auto slots = shown(offer_everything(parsed(full_referral()), kCreated));
  CHECK(slots.at(slot_of(Category::kNarrative, Level::kFull)).free_text);
  CHECK(slots.at(slot_of(Category::kPsych, Level::kFull)).free_text);
  CHECK_FALSE(slots.at(slot_of(Category::kPsych, Level::kGeneralised)).free_text);
  CHECK_FALSE(slots.at(slot_of(Category::kIdentity, Level::kFull)).free_text);
}

TEST_CASE("Every slot that leaves passes the recipient's check") {
  for (const Purpose purpose : {Purpose::kSafeAccommodation, Purpose::kEmploymentTraining}) {
    ReferralDocument document = parsed(full_referral());
    document.purpose = purpose;
    const auto slots = offer_everything(document, kCreated);
    REQUIRE(slots);
    for (const seal::SlotPlaintext& slot : *slots) {
      const auto status =
          check_slot(slot_category(slot.number), slot_level(slot.number), slot.text.expose());
      INFO((status ? "" : status.error().message));
      CHECK(status);
    }
  }
}

TEST_CASE("A category that does not fit a slot is refused before it is sealed") {
  json source = full_referral();
  const std::string longest(kStoryBytesMax, 'a');
  source["content"]["narrative"] = {{"account", longest}, {"statements", longest}};
  const auto slots = offer_everything(parsed(source), kCreated);
  REQUIRE_FALSE(slots);
  CHECK_THAT(slots.error().message, Catch::StartsWith("`content.narrative` has"));
}
