// How long the answer takes, over real sockets, to an onward sender whose recipient the person
// excluded, and to one whose recipient is merely away. Printed with its statistic, not asserted:
// speed is no promise of a test.
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <iostream>
#include <random>

#include "schemas/wire/parts.h"
#include "tests/broker/scene.h"
#include "tests/rig/distance.h"

using namespace safeconduct;
using namespace safeconduct::rig;

TEST_CASE("Over real sockets an exclusion answers like absence, in content, size and time") {
  Network network({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}, {"stmary", {"health"}}});
  const TempFolder folder;
  Broker broker(network, folder.path() + "/broker");
  Client bridge(network, "bridge", broker.endpoint());
  Client haven(network, "haven", broker.endpoint());
  bridge.join();
  haven.join();
  {  // its card is there; it is away
    Client stmary(network, "stmary", broker.endpoint());
    stmary.join();
  }
  MessageId prior[2];
  for (MessageId& each : prior) {
    auto record =
        full_consent(network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
    wire::ConsentScope care = record.scopes[0];
    care.purpose = static_cast<std::uint8_t>(policies::Purpose::kHealthCare);
    care.recipients = {AgencyId::parse("stmary").value()};
    record.scopes.push_back(care);
    record.onward_depth = 2;
    record.onward_purposes = {care.purpose};
    // Two consents that differ in whom they exclude, and in nothing else.
    record.never_agencies = {AgencyId::parse(&each == &prior[1] ? "stmary" : "nobody").value()};
    bridge.record_consent(record);
    Draft draft;
    draft.from = "bridge";
    draft.to = "haven";
    draft.consent = record.id;
    draft.slots = every_slot("text of slot ");
    const Sealed first = seal_draft(network, draft);
    REQUIRE(bridge.submit(first).admitted);
    haven.credit(1);
    haven.acknowledge(haven.expect<wire::Delivery>());
    each = first.header.message_id;
  }
  const std::size_t each = long_form() ? 1000 : 100;
  std::vector<double> us[2];
  std::size_t bytes[2] = {0, 0};
  std::uint8_t verdicts[2] = {0, 0};
  std::vector<std::size_t> order(2 * each, 0);
  std::fill_n(order.begin(), each, 1);
  std::shuffle(order.begin(), order.end(), std::mt19937(7));
  for (std::size_t i = 0; i < 2 * each; ++i) {
    const std::size_t excluded = order[i];
    Draft further;
    further.from = "haven";
    further.to = "stmary";
    further.from_role = policies::Role::kShelter;
    further.to_role = policies::Role::kHealth;
    further.purpose = policies::Purpose::kHealthCare;
    further.hop = 2;
    further.prior = prior[excluded];
    further.slots = every_slot("text of slot ");
    further.change_header = [](wire::Header& h) { h.content_end = h.content_end - hours(1); };
    const Sealed sealed = seal_draft(network, further);
    const auto start = std::chrono::steady_clock::now();
    const auto decided = haven.submit(sealed);
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    REQUIRE(decided.admitted);
    us[excluded].push_back(took.count());
    bytes[excluded] += decided.sender_part.size();
    verdicts[excluded] |= wire::decode_sender(decided.sender_part)->verdict;
  }
  CHECK(bytes[0] == bytes[1]);
  CHECK(verdicts[0] == verdicts[1]);
  std::cout << "over sockets, us: away median " << median(us[0]) << ", excluded median "
            << median(us[1]) << ", Kolmogorov-Smirnov D " << ks_distance(us[0], us[1]) << " of "
            << each << " each (5 % level: " << ks_level(each) << ")\n";
}
