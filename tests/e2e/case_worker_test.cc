// The README's walk of a case worker, command by command as it stands there, in a shell, against a
// real network.
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>

#include "tests/e2e/scene.h"

using namespace safeconduct;
using namespace safeconduct::e2e;

namespace {

namespace fs = std::filesystem;

std::vector<std::string> commands_of_walk() {
  std::istringstream readme(rig::read_text(std::string(SAFECONDUCT_SOURCE) + "/README.md"));
  std::vector<std::string> out;
  bool inside = false;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("## ")) inside = line == "## A case worker's walk";
    if (inside && line.starts_with("    ")) out.push_back(line.substr(4));
  }
  return out;
}

// A shell in the scene's folder, as the reader has it.
class Shell {
 public:
  explicit Shell(const Scene& scene) : folder_(scene.folder()) {
    fs::create_directory_symlink(std::string(SAFECONDUCT_SOURCE) + "/examples",
                                 folder_ + "/examples");
  }
  Ran run(const std::string& line) {
    std::string all = "cd " + folder_ + " && PATH=" SAFECONDUCT_BUILD ":$PATH && ";
    for (const auto& [name, value] : names) all += name + "=" + value + " && ";
    for (const std::string& one : exports_) all += one + " && ";
    if (line.starts_with("export ")) {
      exports_.push_back(line);
      return {};
    }
    FILE* pipe = ::popen(("{ " + all + line + "; } 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    Ran ran;
    char buffer[4096];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) {
      ran.output.append(buffer, n);
    }
    ran.exit = ::pclose(pipe);
    return ran;
  }
  // What happens at other agencies takes a moment; the reader looks again.
  Ran run_until(const std::string& line, const std::string& expected) {
    Ran ran;
    for (int tries = 0; tries < 60; ++tries) {
      ran = run(line);
      if (ran.exit == 0 && std::regex_search(ran.output, std::regex(expected))) return ran;
      ::usleep(250'000);
    }
    INFO(line << "\n" << ran.output << "\nexpected: " << expected);
    FAIL("the walk's command did not come to say what it should");
    return ran;
  }

  std::map<std::string, std::string> names;  // $CONSENT…

 private:
  std::string folder_;
  std::vector<std::string> exports_;
};

std::string first_id(const std::string& text) {
  std::smatch found;
  REQUIRE(std::regex_search(text, found, std::regex("[0-9a-f]{32}")));
  return found.str();
}

// What each command of the walk must come to say, in its order; and the id that it gives.
struct Step {
  std::string begins;
  std::string says;
  std::string gives;
};
const std::vector<Step>& steps() {
  static const std::vector<Step> all = {
      {"safeconduct services import", "services\\[\\]\\.phones", ""},
      {"safeconduct services announce", "in the ledger", ""},
      {"safeconduct services capacity", "in the ledger", ""},
      {"export ", "", ""},
      {"safeconduct services search", "haven.*open, 2 places", ""},
      {"safeconduct consent record", "is in the ledger", "CONSENT"},
      {"safeconduct inquire", "goes out", ""},
      {"safeconduct inbox --agent haven", "safe accommodation", "MESSAGE"},
      {"safeconduct show", "referral [0-9a-f]{32}", "REFERRAL"},
      {"safeconduct answer", "in the ledger", ""},
      {"safeconduct accept", "in the ledger", ""},
      {"safeconduct referrals", "consent pending", ""},
      {"safeconduct refer ", "is (submitted|delivered|received)", ""},
      {"safeconduct inbox --agent haven", "identity", "MESSAGE"},
      {"safeconduct show", "Ileana", ""},
      {"safeconduct accept", "in the ledger", ""},
      {"safeconduct referrals", "to haven.*accepted", ""},
      {"safeconduct person disclosures", "written to", ""},
      {"safeconduct person receipt", "written to", ""},
      {"safeconduct consent withdraw", "is withdrawn", ""},
      {"safeconduct inbox --agent haven", "stopped: the person took it back", ""},
      {"safeconduct person disclosures", "You took this back", ""},
  };
  return all;
}

}  // namespace

TEST_CASE("A case worker finds a bed, releases, withdraws and prints the page, from the README") {
  Scene scene;
  scene.start({"bridge", "haven"});
  Shell shell(scene);
  const std::vector<std::string> commands = commands_of_walk();
  REQUIRE(commands.size() == steps().size());
  std::map<std::string, std::string> outputs;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    INFO(commands[i]);
    REQUIRE(commands[i].starts_with(steps()[i].begins));
    const Ran ran = shell.run_until(commands[i], steps()[i].says);
    if (!steps()[i].gives.empty()) shell.names[steps()[i].gives] = first_id(ran.output);
    outputs[std::to_string(i)] = ran.output;
  }
  // The inquiry, before the release, named nobody.
  const std::string page = rig::read_text(scene.folder() + "/page.html");
  const std::string neutral = rig::read_text(scene.folder() + "/information.html");
  CHECK(page.find("haven (adăpost)") != std::string::npos);
  CHECK(page.find("Europe/Bucharest") != std::string::npos);
  CHECK(neutral.find("haven") == std::string::npos);
  CHECK(neutral.find("adăpost") == std::string::npos);
  for (const std::string& text : {page, neutral, outputs["21"]}) {
    CHECK(text.find("Ileana") == std::string::npos);
  }
  CHECK((fs::status(scene.folder() + "/page.html").permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(outputs["21"].find("told to stop using it") != std::string::npos);
  // The deletion receipt follows by itself.
  (void)shell.run_until("safeconduct person disclosures $CONSENT --lang en",
                        "They signed on .* that they deleted it");
}
