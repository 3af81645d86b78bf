// Witnesses are asked without the broker, and what they signed counts more than what it shows.
#include "broker/dashboard/witness_watch.h"

#include <catch2/catch.hpp>

#include <thread>

#include "schemas/io/http.h"
#include "schemas/ledger/add_checkpoint.h"
#include "tests/dashboard/ledger_facts.h"
#include "tests/rig/network.h"

using namespace safeconduct;
using namespace safeconduct::dashboard;

namespace {

// A log and two witnesses that cosign whatever a test hands them.
struct Witnessed {
  rig::Network network{{{"board", {"coordinator"}}}};
  SystemRandom random;
  seal::SigningKey first = seal::SigningKey::generate(random);
  seal::SigningKey second = seal::SigningKey::generate(random);

  [[nodiscard]] static ledger::TreeHead head(std::uint64_t size, std::uint8_t story = 0) {
    ledger::TreeHead out{size, {}};
    out.root[0] = static_cast<std::uint8_t>(size);
    out.root[1] = story;
    return out;
  }
  [[nodiscard]] std::string note(const ledger::TreeHead& head, const seal::SigningKey& witness,
                                 const std::string& name) const {
    const std::string signed_ =
        ledger::sign_checkpoint(network.log_key().name(), head, network.log_signing());
    const std::string text = signed_.substr(0, signed_.find("\n\n") + 1);
    return signed_ +
           ledger::signature_line(ledger::cosign_text(text, name, witness, 1'700'000'000));
  }
  [[nodiscard]] static std::string vkey(const std::string& name, const seal::SigningKey& key) {
    return ledger::NoteKey::make(name, ledger::SignatureType::kCosignature, key.verify_key())
        ->text();
  }
  // Both must confirm. `port`: where the first answers.
  [[nodiscard]] std::string policy(std::uint16_t port = 0) const {
    return "log " + network.log_key().text() + "\nwitness one " + vkey("one.example", first) +
           (port == 0 ? "" : " http://127.0.0.1:" + std::to_string(port)) + "\nwitness two " +
           vkey("two.example", second) + "\ngroup both all one two\nquorum both\n";
  }
  [[nodiscard]] Watched judge(const std::string& one, const std::string& two) const {
    const auto trust = ledger::TrustPolicy::parse(policy()).value();
    return judge_witnesses(trust, network.log_key(),
                           {{&trust.witnesses()[0], one}, {&trust.witnesses()[1], two}},
                           {head(5), head(9)});
  }
};

}  // namespace

TEST_CASE(
    "A witness that signed the very tree that was read confirms it, and enough make a quorum") {
  const Witnessed log;
  const std::string one = log.note(Witnessed::head(9), log.first, "one.example");
  const Watched both = log.judge(one, log.note(Witnessed::head(5), log.second, "two.example"));
  CHECK(both.witnesses[0].word == Word::kConfirms);
  CHECK(both.witnesses[0].size == 9);
  CHECK(both.witnesses[0].at.ms == 1'700'000'000'000);
  CHECK(both.witnesses[1].word == Word::kConfirms);
  CHECK(both.enough);
  CHECK_FALSE(log.judge(one, "").enough);
}

TEST_CASE("A witness that signed another tree of the same size contradicts the broker") {
  const Witnessed log;
  const Watched seen = log.judge(log.note(Witnessed::head(5, 1), log.first, "one.example"), "");
  CHECK(seen.witnesses[0].word == Word::kContradicts);
  CHECK(seen.witnesses[1].word == Word::kSilent);
  CHECK_FALSE(seen.enough);
}

TEST_CASE("What was not compared is neither confirmed nor denied") {
  const Witnessed log;
  const Watched seen = log.judge(log.note(Witnessed::head(7), log.first, "one.example"),
                                 log.note(Witnessed::head(12), log.second, "two.example"));
  CHECK(seen.witnesses[0].word == Word::kEarlier);
  CHECK(seen.witnesses[1].word == Word::kAhead);
  CHECK_FALSE(seen.enough);
}

TEST_CASE("A note that the witness did not sign is silence, whoever else signed it") {
  const Witnessed log;
  const std::string others = log.note(Witnessed::head(9), log.second, "two.example");
  CHECK(log.judge(others, "").witnesses[0].word == Word::kSilent);
  std::string forged = log.note(Witnessed::head(9), log.first, "one.example");
  forged[forged.find("9\n")] = '8';
  CHECK(log.judge(forged, "not a note").witnesses[0].word == Word::kSilent);
  CHECK(log.judge(forged, "not a note").witnesses[1].word == Word::kSilent);
}

TEST_CASE("Witnesses are asked over the network under the log's page") {
  const Witnessed log;
  const std::string page = "/" + ledger::log_page(log.network.log_key().name()) + "/checkpoint";
  auto server = io::HttpServer::on_address("127.0.0.1:0", [&](const io::HttpRequest& request) {
    io::HttpResponse answer;
    answer.status = request.target == page ? 200 : 404;
    answer.content_type = "text/plain";
    answer.body = log.note(Witnessed::head(9), log.first, "one.example");
    return answer;
  });
  REQUIRE(server.has_value());
  const std::string text = log.policy(server->port());
  const rig::TempFolder folder;
  const Log output("test", folder.path() + "/log", LogLevel::kInfo);
  WitnessWatch watch(ledger::TrustPolicy::parse(text).value(), text, log.network.log_key(),
                     milliseconds(20), output);
  watch.read(Witnessed::head(5));
  watch.read(Witnessed::head(9));
  const auto confirms = [&] {
    const auto watched = watch.watched();
    return watched && watched->witnesses[0].word == Word::kConfirms;
  };
  for (int i = 0; i < 500 && !confirms(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  REQUIRE(confirms());
  CHECK(watch.watched()->policy == text);
  CHECK(watch.watched()->witnesses[1].word == Word::kSilent);
}
