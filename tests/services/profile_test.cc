// The bytes of an announced profile.
#include <catch2/catch.hpp>

#include "schemas/wire/service_records.h"

using namespace safeconduct;
using namespace safeconduct::wire;

namespace {

ServiceProfileRecord example() {
  ServiceProfileRecord record;
  record.by = AgencyId::parse("haven").value();
  record.counter = 7;
  record.at = parse_rfc3339("2026-11-24T10:00:00Z").value();
  ServiceOffer offer;
  offer.purpose = 2;
  offer.gives = 1;
  offer.district = "north-quay";
  offer.languages = {"en", "ro"};
  offer.accessibility = 3;
  offer.for_whom = 9;
  offer.age_from = 18;
  offer.hours = {{31, 600, 1080}, {127, 0, kDayMinutes}};
  ServiceOffer bare;
  bare.purpose = 22;
  record.offers = {offer, bare};
  return record;
}

bool refused(const ServiceProfileRecord& record) {
  return !decode_service_profile(encode(record)).has_value();
}

}  // namespace

TEST_CASE("A service profile is read back as it was written, and not from any shorter text") {
  const Bytes bytes = encode(example());
  const auto back = decode_service_profile(bytes);
  REQUIRE(back);
  CHECK(*back == example());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CHECK_FALSE(decode_service_profile(ByteView(bytes).first(size)));
  }
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK_FALSE(decode_service_profile(longer));
}

TEST_CASE("A service profile out of its ranges is refused") {
  const auto with = [](auto change) {
    ServiceProfileRecord record = example();
    change(record.offers[0]);
    return record;
  };
  CHECK_FALSE(refused(example()));
  CHECK(refused(with([](ServiceOffer& o) { o.purpose = 0; })));
  CHECK(refused(with([](ServiceOffer& o) { o.district = "14 Quay Lane"; })));
  CHECK(refused(with([](ServiceOffer& o) { o.district = std::string(33, 'a'); })));
  CHECK(refused(with([](ServiceOffer& o) { o.languages = {"ro", "en"}; })));
  CHECK(refused(with([](ServiceOffer& o) { o.languages = {"romanian"}; })));
  CHECK(refused(with([](ServiceOffer& o) { o.for_whom = 16; })));
  CHECK(refused(with([](ServiceOffer& o) { o.age_to = 121; })));
  CHECK(refused(with([](ServiceOffer& o) { o.age_from = 20, o.age_to = 19; })));
  CHECK(refused(with([](ServiceOffer& o) { o.hours = {{0, 1, 2}}; })));
  CHECK(refused(with([](ServiceOffer& o) { o.hours = {{1, 2, 2}}; })));
  CHECK(refused(with([](ServiceOffer& o) { o.hours = {{1, 2, 1441}}; })));
  ServiceProfileRecord many = example();
  many.offers.resize(33, many.offers[0]);
  CHECK(refused(many));
}
