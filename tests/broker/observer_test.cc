// What an observer reads: a coordinator sees where referrals go, never what is in them, and an
// agency that serves people is no observer, whatever else it is.
#include <catch2/catch.hpp>
#include <set>

#include "schemas/wire/parts.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
using ledger::EntryKind;
using ledger::PartKind;

namespace {

struct Watched {
  Network network{{{"bridge", {"ngo_case"}},
                   {"desk", {"coordinator"}},
                   {"haven", {"shelter"}},
                   {"both", {"coordinator", "hotline"}}}};
  TempFolder folder;
  Broker broker{network, folder.path() + "/broker"};
  Client bridge{network, "bridge", broker.endpoint()};
  Client haven{network, "haven", broker.endpoint()};
  Client desk{network, "desk", broker.endpoint()};
  Client both{network, "both", broker.endpoint()};

  Watched() {
    for (Client* client : {&bridge, &haven, &desk, &both}) client->join();
  }
  wire::Decided send() {
    const auto consent =
        full_consent(network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
    bridge.record_consent(consent);
    Draft draft;
    draft.from = "bridge";
    draft.to = "haven";
    draft.consent = consent.id;
    draft.slots = every_slot("text of slot ");
    return bridge.submit(seal_draft(network, draft));
  }
};

// Kinds of parts seen in the feed up to the submission at `position`; empty when it did not come.
std::set<std::uint8_t> kinds_up_to(Client& client, std::uint64_t position, Duration wait) {
  std::set<std::uint8_t> kinds;
  bool seen = false;
  while (!seen && client.comes<wire::Feed>(wait)) {
    for (const auto& entry : client.expect<wire::Feed>().entries) {
      seen = seen || ledger::decode_leaf(entry.leaf)->position.value == position;
      for (const auto& part : entry.parts) kinds.insert(part.kind);
    }
  }
  return seen ? kinds : std::set<std::uint8_t>();
}

}  // namespace

TEST_CASE("A coordinator's feed has network and routing parts and no others, live and later") {
  Watched scene;
  const std::set<std::uint8_t> allowed = {static_cast<std::uint8_t>(PartKind::kNetwork),
                                          static_cast<std::uint8_t>(PartKind::kRouting)};
  scene.desk.send({0, wire::Subscribe{0}});
  CHECK(kinds_up_to(scene.desk, scene.send().position, seconds(10)) == allowed);
  Client later(scene.network, "desk", scene.broker.endpoint());
  later.join();
  later.send({0, wire::Subscribe{0}});
  CHECK(kinds_up_to(later, scene.send().position, seconds(10)) == allowed);
}

TEST_CASE("An agency that coordinates and serves people is no observer") {
  Watched scene;
  scene.both.send({0, wire::Subscribe{0}});
  const auto decided = scene.send();
  CHECK(kinds_up_to(scene.both, decided.position, milliseconds(800)).empty());
}

TEST_CASE("An observer is told what agencies say of their software, also later; an agency is not") {
  Watched scene;
  const auto told = [](Client& client) {
    std::map<AgencyId, std::string> out;
    while (client.comes<wire::Feed>(milliseconds(500))) {
      for (const wire::Told& one : client.expect<wire::Feed>().told) out[one.agency] = one.software;
    }
    return out;
  };
  const AgencyId haven = AgencyId::parse("haven").value();
  scene.bridge.send({0, wire::Subscribe{0}});
  scene.desk.send({0, wire::Subscribe{0}});
  CHECK(told(scene.desk).at(haven) == "rig");
  // Nothing else happens in the ledger.
  scene.haven.send({0, wire::Hello{wire::kProtocol, "safeconduct-agent 9.9", 0}});
  const auto later = told(scene.desk);
  CHECK(later.at(haven) == "safeconduct-agent 9.9");
  CHECK(later.size() == 1);
  CHECK(told(scene.bridge).empty());
}
