// What lies on the disk of an agency that is searched: nothing of a person.
#include <filesystem>

#include "agents/daemon/local_api.h"
#include "tests/agent/world.h"

using namespace safeconduct;
using namespace safeconduct::agent;

namespace {

std::string everything_under(const std::string& folder) {
  std::string all;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    all += file.path().string() + "\n";
    if (file.is_regular_file()) all += io::content_of(file.path().string());
  }
  return all;
}

bool holds(const std::string& bytes, std::string_view canary) {
  const std::string base64 = to_base64(view_of(canary));
  // Three alignments of base64, without the ends that depend on neighbours.
  const std::string shifted1 = to_base64(view_of("x" + std::string(canary))).substr(4, 8);
  const std::string shifted2 = to_base64(view_of("xy" + std::string(canary))).substr(4, 8);
  for (const std::string& form :
       {std::string(canary), to_hex(view_of(canary)), base64.substr(0, 8), shifted1, shifted2}) {
    if (bytes.find(form) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("No file of either agency holds a word of what was referred, at any moment") {
  World world;
  const ConsentId consent = world.record_consent();
  world.refer(consent);
  CHECK_FALSE(holds(everything_under(world.sender.folder()), kNameCanary));
  world.settle();
  REQUIRE(world.recipient.inbox().size() == 1);
  for (Office* office : {&world.sender, &world.recipient}) {
    office->stop();
    const std::string bytes = everything_under(office->folder());
    CHECK_FALSE(holds(bytes, kNameCanary));
    CHECK_FALSE(holds(bytes, kStoryCanary));
    CHECK_FALSE(holds(bytes, "Vexillatum"));
    CHECK_FALSE(holds(bytes, "safe_accommodation"));
  }
  // The search itself finds what is there.
  io::put_content(world.sender.folder() + "/found", "so " + std::string(kNameCanary));
  CHECK(holds(everything_under(world.sender.folder()), kNameCanary));
  io::put_content(world.sender.folder() + "/found",
                  to_base64(view_of("xx" + std::string(kStoryCanary))));
  CHECK(holds(everything_under(world.sender.folder()), kStoryCanary));
}

TEST_CASE("A store does not open under another rest key") {
  World world;
  world.sender.stop();
  seal::RestKey other = seal::RestKey::generate(world.random);
  const auto opened = Store::open(world.sender.folder() + "/store", other, world.random);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == ErrorCode::kCorrupt);
  CHECK(io::says(opened.error(), "rest.key"));
}

TEST_CASE("A bad call is answered with a status and a sentence that quotes no content") {
  World world;
  world.settle();
  Shared shared(*world.sender.agent);
  LocalApi api(shared);
  const auto ask = [&](const std::string& method, const std::string& target,
                       const std::string& body = "") {
    return api.handle({method, target, {}, body, ""});
  };
  CHECK(ask("GET", "/v1/status").status == 200);
  CHECK(ask("GET", "/v1/nothing").status == 404);
  CHECK(ask("DELETE", "/v1/status").status == 400);
  CHECK(ask("POST", "/v1/referrals", "{").status == 400);
  CHECK(ask("GET", "/v1/sent/zz").status == 400);
  CHECK(ask("GET", "/v1/sent/00112233445566778899aabbccddeeff").status == 404);
  CHECK(ask("GET", "/v1/sent?state=gone").status == 400);
  const std::string misplaced =
      referral_text(world.record_consent(), R"({"needs":{"Zyxquilla":"Qoppamerun"}})");
  const auto refused = ask("POST", "/v1/referrals", misplaced);
  CHECK(refused.status == 400);
  CHECK(refused.body.find("Zyxquilla") == std::string::npos);
  CHECK(refused.body.find("Qoppamerun") == std::string::npos);

  const auto taken = ask("POST", "/v1/referrals", referral_text(world.record_consent(), ""));
  REQUIRE(taken.status == 200);
  const auto sent = Json::parse(taken.body);
  CHECK(sent.at("state") == "queued");
  world.talk();
  const auto fate = Json::parse(ask("GET", "/v1/sent/" + std::string(sent.at("message"))).body);
  CHECK(fate.at("state") == "received");
  CHECK(ask("POST", "/v1/fhir", R"({"files":{},"settings":{"as":"ngo_cas"}})").status == 400);
}
