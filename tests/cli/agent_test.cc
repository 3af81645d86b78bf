#include <catch2/catch.hpp>
#include <map>
#include <mutex>

#include "schemas/io/http.h"
#include "tests/cli/program.h"

using namespace safeconduct::tests;
using ::safeconduct::io::HttpRequest;
using ::safeconduct::io::HttpResponse;
using ::safeconduct::io::HttpServer;

namespace {

const std::string kId = "0123456789abcdef0123456789abcdef";

// Answers on agent.sock what a test prepared, and keeps what it was asked.
class ScriptedAgent {
 public:
  explicit ScriptedAgent(const TemporaryFolder& folder) {
    auto server = HttpServer::on_unix_socket((folder.path() / "agent.sock").string(),
                                             [this](const auto& r) { return answer(r); });
    REQUIRE(server);
    server_ = std::make_unique<HttpServer>(std::move(*server));
  }
  // `POST /v1/consents` to an answer.
  void on(const std::string& call, const std::string& body, int status = 200) {
    const std::lock_guard lock(mutex_);
    answers_[call] = {status, "application/json", body, {}, {}, {}};
  }
  HttpRequest last() {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  HttpResponse answer(const HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    last_ = request;
    const std::string path = request.target.substr(0, request.target.find('?'));
    const auto at = answers_.find(request.method + " " + path);
    if (at != answers_.end()) return at->second;
    return {
        404, "application/json", R"({"error":{"code":"not_found","message":"no such"}})", {}, {},
        {}};
  }

  std::mutex mutex_;
  std::map<std::string, HttpResponse> answers_;
  HttpRequest last_;
  std::unique_ptr<HttpServer> server_;
};

const std::string kSent = R"({"message":")" + kId + R"(","referral":"00","to":"haven",
  "purpose":"safe_accommodation","state":"received","sentence":"`haven` signed for it",
  "position":12,"rules":["R3"],"kept":{"needs":"full","health":"generalised"},
  "outcome":{"needs":{"level":"full"},"health":{"level":"generalised","reason":"not_needed"},
             "narrative":{"level":"withheld","reason":"not_needed"},
             "location":{"level":"withheld","reason":"not_named"},
             "legal":{"level":"withheld","reason":"not_needed"}}})";

}  // namespace

TEST_CASE("consent record sends the document as it is, from a file or from standard input") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  agent.on("POST /v1/consents",
           R"({"consent":")" + kId + R"(","version":1,"state":"recorded","position":7})");
  const std::string document = "{ \"safeconduct\": \"consent/1\" }\n";
  folder.write("consent.json", document);
  const Ran from_file = run_program(folder, "consent record consent.json");
  INFO(from_file.err);
  CHECK(from_file.exit == 0);
  CHECK(from_file.out == "consent " + kId + " is in the ledger at position 7\n");
  CHECK(agent.last().body == document);
  const Ran from_input = run_program(folder, "consent record - --json", document);
  CHECK(from_input.exit == 0);
  CHECK(from_input.json()["position"] == 7);
  CHECK(agent.last().body == document);
}

TEST_CASE("A consent that the broker refuses is said to be refused, with exit status 1") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  agent.on("POST /v1/consents",
           R"({"consent":")" + kId + R"(","state":"refused","reason":"the agency is suspended"})");
  const Ran ran = run_program(folder, "consent record", "{}");
  CHECK(ran.exit == 1);
  CHECK(ran.out.find("was refused: the agency is suspended") != std::string::npos);
}

TEST_CASE("What the agent complains of is one line, and its code decides the exit status") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  agent.on("POST /v1/consents",
           R"({"error":{"code":"invalid","message":"`expires` is more than 90 days away"}})", 400);
  const Ran invalid = run_program(folder, "consent record", "{}");
  CHECK(invalid.exit == 2);
  CHECK(invalid.err == "safeconduct: `expires` is more than 90 days away\n");
  agent.on("POST /v1/consents", R"({"error":{"code":"io","message":"the disk is full"}})", 500);
  CHECK(run_program(folder, "consent record", "{}").exit == 3);
  agent.on("POST /v1/consents", "not an agent", 200);
  CHECK(run_program(folder, "consent record", "{}").exit == 2);
}

TEST_CASE("consent withdraw takes back categories, and knows when it reached us as a message") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  agent.on("POST /v1/consents/" + kId + "/withdraw",
           R"({"consent":")" + kId + R"(","state":"withdrawn","position":9})");
  const Ran some = run_program(folder, "consent withdraw " + kId + " --categories health,media");
  INFO(some.err);
  CHECK(some.exit == 0);
  CHECK(nlohmann::json::parse(agent.last().body)["categories"] ==
        nlohmann::json({"health", "media"}));
  CHECK(run_program(folder, "consent withdraw " + kId).exit == 0);
  CHECK(agent.last().body == "{}");
  agent.on("POST /v1/inbox/" + kId + "/withdraw", R"({"message":"m","stopped":true})");
  const Ran received = run_program(folder, "consent withdraw --received " + kId);
  CHECK(received.exit == 0);
  CHECK(received.out.find("its content destroyed here") != std::string::npos);
}

TEST_CASE("consent withdraw refuses a mistyped category and an id that is none before it asks") {
  const TemporaryFolder folder;
  const Ran category = run_program(folder, "consent withdraw " + kId + " --categories helth");
  CHECK(category.exit == 2);
  CHECK(category.err == "safeconduct: unknown category `helth`; did you mean `health`?\n");
  const Ran id = run_program(folder, "consent withdraw Ilinca");
  CHECK(id.exit == 2);
  CHECK(is_one_line(id.err));
  CHECK(id.err.find("Ilinca") == std::string::npos);
  CHECK(run_program(folder, "consent withdraw").exit == 2);
}

TEST_CASE("consent list and show say what may be shared, for what and with whom") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  const std::string consent = R"("consent":")" + kId +
                              R"(","version":1,"state":"recorded","position":7,
    "given":"2026-11-24T10:00:00.000Z","expires":"2026-12-24T10:00:00.000Z",
    "scopes":[{"purpose":"safe_accommodation","recipients":["haven"]}])";
  agent.on("GET /v1/consents", "[{" + consent + "}]");
  agent.on("GET /v1/consents/" + kId, "{" + consent + R"(,"document":{"scopes":[
    {"purpose":"safe_accommodation","recipients":["haven"],
     "categories":{"needs":"full","health":"gen"}}]}})");
  const Ran list = run_program(folder, "consent list");
  CHECK(list.out ==
        "consent                           state     expires               for what, "
        "by whom\n" +
            kId + "  recorded  2026-12-24 10:00 UTC  safe accommodation by haven\n");
  CHECK(run_program(folder, "consent show").out == list.out);
  const Ran shown = run_program(folder, "consent show " + kId);
  CHECK(shown.out.find("safe accommodation  needs, health (in part)  haven\n") !=
        std::string::npos);
}

TEST_CASE("refer sends the document and says what was withheld and why") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  agent.on("POST /v1/referrals", kSent);
  const Ran ran = run_program(folder, "refer - --wait", "{\"safeconduct\":\"referral/1\"}");
  INFO(ran.err);
  CHECK(ran.exit == 0);
  CHECK(agent.last().target.starts_with("/v1/referrals?wait_ms="));
  CHECK(agent.last().body == "{\"safeconduct\":\"referral/1\"}");
  CHECK(ran.out.find("arrives: needs, health (in part)\n") != std::string::npos);
  CHECK(ran.out.find("withheld: narrative, legal (the purpose does not need it); location (") !=
        std::string::npos);
}

TEST_CASE("A refused referral ends with exit status 1 and the reason") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  agent.on("POST /v1/referrals", R"({"message":")" + kId + R"(","to":"border","state":"refused",
    "purpose":"status_application","sentence":"refused: the consent does not cover it"})");
  const Ran ran = run_program(folder, "refer --wait", "{}");
  CHECK(ran.exit == 1);
  CHECK(ran.out.find("refused: the consent does not cover it") != std::string::npos);
}

TEST_CASE(
    "refer --fhir sends every JSON file of a folder with the settings, and shows the report") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  agent.on("POST /v1/fhir", R"({"referrals":[{"message":")" + kId + R"(","state":"queued"}],
    "report":[{"file":"b.json","what":"not a referral, used by reference"}]})");
  folder.write("fhir/a.json", "{\"resourceType\":\"Task\"}");
  folder.write("fhir/b.json", "{\"resourceType\":\"Patient\"}");
  folder.write("fhir/notes.txt", "no FHIR");
  const Ran ran = run_program(folder,
                              "refer --fhir fhir --to haven --role shelter --purpose "
                              "safe_accommodation --consent " +
                                  kId);
  INFO(ran.err);
  CHECK(ran.exit == 0);
  const auto request = nlohmann::json::parse(agent.last().body);
  CHECK(request["files"].size() == 2);
  CHECK(request["files"]["a.json"] == "{\"resourceType\":\"Task\"}");
  CHECK(request["settings"] == nlohmann::json({{"to", "haven"},
                                               {"to_role", "shelter"},
                                               {"purpose", "safe_accommodation"},
                                               {"consent", kId}}));
  CHECK(ran.out.find("b.json  not a referral, used by reference\n") != std::string::npos);
  const Ran role = run_program(folder, "refer --fhir fhir --to haven --role sheltr");
  CHECK(role.exit == 2);
  CHECK(role.err.find("did you mean `shelter`?") != std::string::npos);
}

TEST_CASE("sent lists what became of each referral and explains one") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  agent.on("GET /v1/sent", "[" + kSent + "]");
  agent.on("GET /v1/sent/" + kId, kSent);
  const Ran list = run_program(folder, "sent --state received");
  INFO(list.err);
  CHECK(agent.last().target == "/v1/sent?state=received");
  CHECK(list.out.find(kId + "  haven  safe accommodation  needs, health (in part)  received: "
                            "`haven` signed for it\n") != std::string::npos);
  const Ran one = run_program(folder, "sent " + kId);
  CHECK(one.out.find("decided by: R3\nin the ledger at position 12\n") != std::string::npos);
  const Ran state = run_program(folder, "sent --state recieved");
  CHECK(state.exit == 2);
  CHECK(state.err.find("did you mean `received`?") != std::string::npos);
}

TEST_CASE("inbox and show give what arrived, and nothing that could drive a terminal") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  const std::string item = R"("message":")" + kId + R"(","from":"ngo","purpose":"health_care",
    "urgency":"tonight","received_at":"2026-11-24T10:00:00.000Z",
    "content_end":"2026-12-24T10:00:00.000Z","categories":{"needs":"full"})";
  agent.on("GET /v1/inbox", "[{" + item + R"(,"stopped":false},{)" + item + R"(,"stopped":true}])");
  agent.on("GET /v1/inbox/" + kId, "{" + item + R"(,"stopped":false,"content":{
    "needs":{"level":"full","value":{"service_requested":["bed","food"],
    "note":"\u001b[2Jquiet \u009b31mroom"}}}})");
  const Ran inbox = run_program(folder, "inbox");
  CHECK(inbox.out.find("ngo   health care  tonight  2026-11-24 10:00 UTC  2026-12-24 10:00 UTC  "
                       "needs\n") != std::string::npos);
  CHECK(inbox.out.find("stopped: the person took it back\n") != std::string::npos);
  const Ran shown = run_program(folder, "show " + kId);
  CHECK(shown.out.find("  service requested: bed, food\n") != std::string::npos);
  CHECK(shown.out.find("?[2Jquiet ?31mroom") != std::string::npos);
  CHECK(shown.out.find('\x1b') == std::string::npos);
  CHECK(run_program(folder, "inbox --json").json().size() == 2);
}

TEST_CASE("The agent is found by folder, by socket, by the environment, and beside us") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  agent.on("GET /v1/inbox", "[]");
  CHECK(run_program(folder, "inbox").out == "the inbox is empty\n");
  CHECK(run_program(folder, "inbox --agent .").exit == 0);
  CHECK(run_program(folder, "inbox --agent agent.sock").exit == 0);
  const TemporaryFolder elsewhere;
  CHECK(run_program(elsewhere, "inbox").exit == 3);
  CHECK(run_program(elsewhere, "inbox", "", {"SAFECONDUCT_AGENT=" + folder.path().string()}).exit ==
        0);
}

TEST_CASE("publish hands the directory's note and the policy's note to the agent") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  agent.on("POST /v1/records", R"({"state":"recorded","position":3})");
  REQUIRE(run_program(folder, "network init net --name demo.example").exit == 0);
  const Ran directory = run_program(folder, "network publish net");
  INFO(directory.err);
  CHECK(directory.out == "directory version 1 is in the ledger at position 3\n");
  const auto request = nlohmann::json::parse(agent.last().body);
  CHECK(request["kind"] == "directory");
  CHECK(request["note"] == folder.read("net/directory.note"));
  REQUIRE(run_program(folder, "keys officer anna --out officers").exit == 0);
  REQUIRE(run_program(folder, "policy sign " SAFECONDUCT_SOURCE
                              "/policies/national-referral.policy --key officers/anna.key")
              .exit == 0);
  agent.on("POST /v1/records", R"({"state":"queued"})");
  const Ran policy = run_program(folder, "policy publish policy.note");
  CHECK(policy.exit == 0);
  CHECK(policy.out.find("is with the agent") != std::string::npos);
  CHECK(nlohmann::json::parse(agent.last().body)["note"] == folder.read("policy.note"));
}

TEST_CASE("status says whether the agent is connected and what is wrong") {
  const TemporaryFolder folder;
  ScriptedAgent agent(folder);
  agent.on("GET /v1/status", R"({"agency":"haven","network":"demo.example","connected":false,
    "directory_version":null,"policy":null,"outbox":{"queued":2},"inbox":1,
    "problems":["the broker cannot be reached"]})");
  const Ran ran = run_program(folder, "status");
  CHECK(ran.out ==
        "haven in demo.example, not connected to the broker\ndirectory version none, policy "
        "none\noutbox: 2 queued; inbox: 1\nproblem: the broker cannot be reached\n");
}
