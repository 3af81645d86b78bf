// Witnesses over real sockets: three of them, one dead, one that was shown another story.
#include <signal.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "agents/witness/witness_book.h"
#include "broker/audit/verify.h"
#include "schemas/io/file.h"
#include "schemas/io/http.h"
#include "schemas/ledger/trust.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
namespace fs = std::filesystem;

namespace {

class WitnessProcess {
 public:
  WitnessProcess(std::string folder, const std::string& name, const ledger::NoteKey& log)
      : folder_(std::move(folder)) {
    SystemRandom random;
    key_ = witness::WitnessBook::create(folder_, name, {log}, random)->text();
    start();
  }
  void start() {
    const std::string file = folder_ + "/address";
    fs::remove(file);
    process_ = std::make_unique<Process>(
        "safeconduct",
        std::vector<std::string>{"witness", "serve", folder_, "--listen",
                                 address_.empty() ? "127.0.0.1:0" : address_, "--address-file",
                                 file},
        folder_ + "/output");
    address_ = wait_for_file(file, seconds(20));
    if (address_.empty()) throw std::runtime_error(read_text(folder_ + "/output"));
  }
  int stop() { return process_->end(SIGTERM); }
  [[nodiscard]] std::string line(const std::string& name) const {
    return "witness " + name + " " + key_ + " http://" + address_ + "\n";
  }
  [[nodiscard]] io::HttpResponse post(const ledger::AddCheckpoint& request) const {
    return call("POST", "/add-checkpoint", ledger::to_text(request));
  }
  [[nodiscard]] io::HttpResponse get(const std::string& path) const {
    return call("GET", path, "");
  }
  [[nodiscard]] std::size_t evidence() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_ + "/evidence"), fs::directory_iterator()));
  }
  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  io::HttpResponse call(const std::string& method, const std::string& target,
                        const std::string& body) const {
    io::HttpCall call;
    call.address = address_;
    call.method = method;
    call.target = target;
    call.body = body;
    call.content_type = "text/plain";
    const auto answer = io::http_request(call);
    if (!answer) throw std::runtime_error(answer.error().message);
    return *answer;
  }
  std::string folder_;
  std::string key_;
  std::string address_;
  std::unique_ptr<Process> process_;
};

// A log of this many entries that differ from another story's by `salt`.
struct Story {
  ledger::Frontier tree;
  std::map<ledger::NodeId, Digest> nodes;
  Story(std::uint64_t size, std::uint8_t salt) { grow(size, salt); }
  void grow(std::uint64_t size, std::uint8_t salt) {
    while (tree.size() < size) {
      Digest leaf{};
      leaf[0] = salt;
      leaf[1] = static_cast<std::uint8_t>(tree.size());
      std::vector<ledger::TreeNode> done;
      tree.append(leaf, done);
      for (const auto& node : done) nodes[node.id] = node.hash;
    }
  }
};

class Nodes final : public ledger::HashReader {
 public:
  explicit Nodes(const Story& story) : story_(story) {}
  Result<Digest> hash(const ledger::NodeId& node) const override { return story_.nodes.at(node); }

 private:
  const Story& story_;
};

ledger::AddCheckpoint request_of(const Network& network, const Story& story, std::uint64_t old) {
  ledger::AddCheckpoint out;
  out.old_size = old;
  const ledger::TreeHead head = story.tree.head();
  if (old > 0 && old < head.size) {
    out.proof = ledger::consistency_proof(Nodes(story), old, head.size).value();
  }
  out.checkpoint = ledger::sign_checkpoint(network.log_key().name(), head, network.log_signing());
  return out;
}

Network two_agencies() {
  return Network({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
}

}  // namespace

TEST_CASE("A witness answers as tlog-witness says, and remembers across its own death") {
  const Network network = two_agencies();
  const TempFolder temp;
  WitnessProcess one(temp.path() + "/w", "metro.example/witness", network.log_key());
  Story story(5, 1);
  const auto first = request_of(network, story, 0);
  const auto cosigned = one.post(first);
  REQUIRE(cosigned.status == 200);
  const auto page = one.get("/" + witness::log_page(network.log_key().name()) + "/checkpoint");
  CHECK(page.status == 200);
  CHECK(page.body == first.checkpoint + cosigned.body);
  CHECK(one.get("/nowhere").status == 404);
  // Killed and started again it holds the same head.
  one.stop();
  one.start();
  const auto stale = one.post(first);
  CHECK(stale.status == 409);
  CHECK(stale.body == "5\n");
  CHECK(stale.header("Content-Type") == "text/x.tlog.size");
  CHECK(one.post(request_of(network, story, 5)).status == 200);  // the same head again
  story.grow(9, 1);
  CHECK(one.post(request_of(network, story, 5)).status == 200);
  auto above = request_of(network, story, 9);
  above.old_size = 10;
  CHECK(one.post(above).status == 400);
  auto unsigned_note = request_of(network, story, 9);
  unsigned_note.checkpoint = ledger::sign_checkpoint(network.log_key().name(), story.tree.head(),
                                                     network.agency("bridge").signing);
  CHECK(one.post(unsigned_note).status == 403);
  unsigned_note.checkpoint =
      ledger::sign_checkpoint("other.example/log", story.tree.head(), network.log_signing());
  CHECK(one.post(unsigned_note).status == 404);
  CHECK(one.evidence() == 0);
  // The same size with another root, and a longer tree that does not extend it.
  CHECK(one.post(request_of(network, Story(9, 2), 9)).status == 422);
  CHECK(one.evidence() == 1);
  CHECK(one.post(request_of(network, Story(12, 2), 9)).status == 422);
  CHECK(one.evidence() == 2);
  for (const auto& file : fs::directory_iterator(one.folder() + "/evidence")) {
    const std::string text = read_text(file.path());
    CHECK(text.find("cosigned before:") != std::string::npos);
    CHECK(text.find("shown now:") != std::string::npos);
  }
  CHECK(one.stop() == 0);
}

TEST_CASE("Whatever is sent to a witness, it answers and keeps its head") {
  const Network network = two_agencies();
  const TempFolder temp;
  SystemRandom random;
  (void)witness::WitnessBook::create(temp.path() + "/w", "w.example", {network.log_key()}, random);
  auto book = witness::WitnessBook::open(temp.path() + "/w");
  REQUIRE(book.has_value());
  const Story story(3, 1);
  const std::string good = ledger::to_text(request_of(network, story, 0));
  REQUIRE(book->add(good, Instant{1'764'000'000'000}).status == 200);
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    CHECK(book->add(std::string_view(good).substr(0, cut), Instant{}).status != 200);
  }
  CHECK(book->add("", Instant{}).status == 400);
  CHECK(book->add("old 18446744073709551616\n\n", Instant{}).status == 400);
  CHECK(book->head(network.log_key().name()) == story.tree.head());
}

TEST_CASE("The broker gathers two of three, one dead; the third, shown another story, tells") {
  Network network = two_agencies();
  const TempFolder temp;
  const std::string folder = temp.path() + "/broker";
  network.write_broker_folder(folder);
  WitnessProcess a(temp.path() + "/a", "a.example/witness", network.log_key());
  WitnessProcess b(temp.path() + "/b", "b.example/witness", network.log_key());
  WitnessProcess c(temp.path() + "/c", "c.example/witness", network.log_key());
  const std::string trust = "log " + network.log_key().text() + "\n" + a.line("a") + b.line("b") +
                            c.line("c") + "group enough 2 a b c\nquorum enough\n";
  REQUIRE(io::write_durably(folder + "/trust", view_of(trust)));
  std::string config = read_text(folder + "/broker.toml");
  config.replace(config.find("[broker]\n"), 9,
                 "[broker]\nwitnesses = \"trust\"\nheartbeat_s = 1\n");
  REQUIRE(io::write_durably(folder + "/broker.toml", view_of(config)));
  // The third was shown a story of another tree; the second dies later.
  REQUIRE(c.post(request_of(network, Story(2, 9), 0)).status == 200);
  const auto policy = ledger::TrustPolicy::parse(trust);
  REQUIRE(policy.has_value());
  {
    // It does not start while a witness holds what it cannot extend.
    const std::string output = temp.path() + "/said";
    Process refused("safeconduct-broker", {"--config", folder + "/broker.toml"}, output);
    CHECK(refused.wait_for_exit(seconds(20)) == 3);
    CHECK_THAT(read_text(output), Catch::Contains("witness c cosigned 2 entries"));
    CHECK_FALSE(fs::is_empty(folder + "/store/evidence"));
  }
  c.stop();
  Broker broker(network, folder);
  Client bridge(network, "bridge", broker.endpoint());
  bridge.join();
  const std::string cosigned = broker.store() + "/cosigned";
  REQUIRE(wait_until(seconds(20), [&] { return fs::exists(cosigned); }));
  const auto reached = policy->open(read_text(cosigned));
  REQUIRE(reached.has_value());
  CHECK(reached->signatories.size() == 3);  // the log and two witnesses
  // Back again, the third is asked and refuses: what it holds does not fit.
  c.start();
  CHECK(wait_until(seconds(20), [&] {
    return broker.log().find("witness c") != std::string::npos &&
           broker.log().find("both heads are kept") != std::string::npos;
  }));
  CHECK(c.evidence() > 0);
  // With the second dead too there is no quorum for newer heads; the broker serves all the same.
  b.stop();
  const std::string before = read_text(cosigned);
  Draft draft;
  draft.from = "bridge";
  draft.to = "haven";
  draft.slots = every_slot("x");
  bridge.submit(seal_draft(network, draft));
  CHECK(broker.stop() == 0);
  const auto source = audit::open_source(broker.store());
  REQUIRE(source.has_value());
  const auto report = audit::verify(**source, *policy);
  REQUIRE(report.has_value());
  INFO((report->findings.empty() ? "" : report->findings[0].sentence));
  CHECK(report->good());
  CHECK(report->cosignatures == 2);
  CHECK(report->cosigned_size <= report->head.size);
}
