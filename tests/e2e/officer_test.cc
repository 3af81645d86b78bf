// A privacy officer's walk: the very commands of policies/README.md, against a network that runs.
// What the officer sees is compared with what the page says.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "schemas/io/net.h"
#include "tests/e2e/scene.h"

using namespace safeconduct;
using namespace safeconduct::e2e;

namespace {

namespace fs = std::filesystem;

std::string readme() {
  return rig::read_text(std::string(SAFECONDUCT_SOURCE) + "/policies/README.md");
}

// The lines of the walk's blocks, and for each block what stands in it; a block that shows output
// begins with no command.
std::vector<std::vector<std::string>> blocks_of_the_walk() {
  const std::string text = readme();
  const std::size_t start = text.find("## Changing a policy: an officer's walk");
  REQUIRE(start != std::string::npos);
  std::istringstream lines(text.substr(start));
  std::vector<std::vector<std::string>> out;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("```") != std::string::npos) {
      inside = !inside;
      if (inside) out.emplace_back();
    } else if (inside) {
      out.back().push_back(line.substr(std::min(line.find_first_not_of(' '), line.size())));
    }
  }
  return out;
}

class Office {
 public:
  Office() {
    fs::create_directory_symlink(std::string(SAFECONDUCT_SOURCE) + "/policies",
                                 folder_.path() + "/policies");
  }
  ~Office() {
    for (auto& process : processes_) process->end(15);
  }

  // As typed in a shell; what it printed.
  std::string shell(const std::string& command, int exit = 0) {
    const std::string file = folder_.path() + "/output";
    const std::string whole = "cd '" + folder_.path() +
                              "' && PATH='" SAFECONDUCT_BUILD "':\"$PATH\" && { " + command +
                              "; } > '" + file + "' 2>&1";
    const int status = std::system(whole.c_str());
    const std::string said = rig::read_text(file);
    INFO(command << "\n" << said);
    REQUIRE(WEXITSTATUS(status) == exit);
    return said;
  }
  Json json(const std::string& command) { return Json::parse(shell(command + " --json")); }

  void write(const std::string& name, const Json& document) {
    std::ofstream(folder_.path() + "/" + name) << document.dump();
  }

  void run_agency(const std::string& name, const std::string& role) {
    shell("safeconduct keys new " + name + " --out " + name + " --network net/network.toml");
    shell("safeconduct network add net --card " + name + "/card --role " + role +
          " --agreement 2020-01-01:2099-01-01 --training 2020-01-01:2099-01-01");
  }
  void start(const std::string& program, const std::string& config) {
    processes_.push_back(std::make_unique<rig::Process>(
        program, std::vector<std::string>{"--config", folder_.path() + "/" + config},
        folder_.path() + "/" + fs::path(config).parent_path().string() + "/said"));
  }
  void wait_until_serving(const std::string& agency) {
    for (int i = 0; i < 400; ++i) {
      const std::string said = shell("safeconduct status --agent " + agency + " --json || true");
      const Json status = Json::parse(said, nullptr, false);
      if (status.is_object() && status.value("connected", false) && status.contains("policy") &&
          status["policy"].is_object()) {
        return;
      }
      (void)rig::wait_for_file(folder_.path() + "/no-such-file", milliseconds(50));
    }
    FAIL("`" << agency << "` does not serve");
  }

 private:
  rig::TempFolder folder_;
  std::vector<std::unique_ptr<rig::Process>> processes_;
};

std::string free_endpoint() {
  io::RouterOptions options;
  options.endpoint = "tcp://127.0.0.1:*";
  options.keys = io::new_curve_keys();
  const auto socket = io::RouterSocket::bind(
      std::move(options), [](const ByteArray<32>&) { return std::optional<std::string>(); });
  REQUIRE(socket);
  return socket->endpoint();
}

void open_office(Office& office) {
  const auto vkey = [&](const std::string& name) {
    return office.json("safeconduct keys officer " + name + " --out officers")
        .at("vkey")
        .get<std::string>();
  };
  office.shell("safeconduct network init net --name our.example --endpoint " + free_endpoint() +
               " --officer '" + vkey("anna") + "' --officer '" + vkey("ben") + "'");
  for (const std::string officer : {"anna", "ben"}) {
    office.shell("safeconduct policy sign policies/national-referral.policy --key officers/" +
                 officer + ".key --out net/broker/policy.note");
  }
  office.run_agency("haven", "ngo_case");
  office.run_agency("stmary", "health");
  office.start("safeconduct-broker", "net/broker/broker.toml");
  office.start("safeconduct-agent", "haven/agent.toml");
  office.start("safeconduct-agent", "stmary/agent.toml");
  office.wait_until_serving("haven");
  office.wait_until_serving("stmary");
}

// Sends one referral to the clinic; the levels that arrived.
Json arrived(Office& office) {
  office.write("consent.json",
               consent_for("health_care", "stmary",
                           {{"needs", "full"}, {"identity", "full"}, {"exploitation", "full"}}));
  const Json recorded = office.json("safeconduct consent record consent.json --agent haven");
  Json referral = shelter_referral(recorded.at("consent"), "Ilinca");
  referral["to"] = "stmary";
  referral["to_role"] = "health";
  referral["purpose"] = "health_care";
  referral["content"] = {{"needs", {{"service_requested", {"medical_care"}}}},
                         {"exploitation", {{"type_of_exploitation", {"forced_labour"}}}}};
  office.write("referral.json", referral);
  const std::string message =
      office.json("safeconduct refer referral.json --agent haven").at("message");
  for (int i = 0; i < 400; ++i) {
    const Json sent = office.json("safeconduct sent " + message + " --agent haven");
    if (sent.at("state") == "received") return sent.at("kept");
    INFO(sent.dump());
    REQUIRE(sent.at("state") != "refused");
    (void)rig::wait_for_file("/no-such-file", milliseconds(50));
  }
  FAIL("the referral was not received");
  return {};
}

}  // namespace

TEST_CASE("An officer follows the README: change, diff, proof, two signatures, into force") {
  Office office;
  open_office(office);
  CHECK(arrived(office).at("exploitation") == "generalised");
  office.write("case.json", {{"sender", "ngo_case"},
                             {"role", "health"},
                             {"purpose", "health_care"},
                             {"agency", "stmary"},
                             {"consent",
                              {{"purposes", {"health_care"}},
                               {"recipients", {"stmary"}},
                               {"full", {"needs", "identity", "exploitation"}}}}});
  std::string shown;
  std::size_t commands = 0;
  std::string all;
  for (const std::vector<std::string>& block : blocks_of_the_walk()) {
    REQUIRE_FALSE(block.empty());
    const bool typed =
        block.front().rfind("safeconduct ", 0) == 0 || block.front().rfind("cp ", 0) == 0;
    if (!typed) {  // what the page says that the last command prints
      for (const std::string& line : block) {
        INFO(line << "\nbut it was\n" << shown);
        CHECK(shown.find(line) != std::string::npos);
      }
      continue;
    }
    for (const std::string& command : block) {
      const bool tests = command.rfind("safeconduct policy test", 0) == 0;
      shown = office.shell(command, tests ? 1 : 0);
      all += shown;
      ++commands;
    }
  }
  CHECK(commands == 11);
  CHECK(all.find("opens nothing") != std::string::npos);
  CHECK(all.find("would go generalised if the purpose were emergency_health") != std::string::npos);
  CHECK_FALSE(arrived(office).contains("exploitation"));
}
