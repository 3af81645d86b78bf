#include <catch2/catch.hpp>

#include "tests/cli/program.h"

using namespace safeconduct::tests;

TEST_CASE("Every command's help shows an example of that command") {
  const TemporaryFolder folder;
  for (const std::string command : {"network init",
                                    "network add",
                                    "network renew",
                                    "network suspend",
                                    "network restore",
                                    "network remove",
                                    "network officer",
                                    "network show",
                                    "network publish",
                                    "keys new",
                                    "keys officer",
                                    "keys show",
                                    "policy check",
                                    "policy matrix",
                                    "policy diff",
                                    "policy mutate",
                                    "policy tighten",
                                    "policy format",
                                    "policy explain",
                                    "policy decide",
                                    "policy test",
                                    "policy sign",
                                    "policy activate",
                                    "policy publish",
                                    "policy show",
                                    "consent record",
                                    "consent withdraw",
                                    "consent show",
                                    "consent list",
                                    "refer",
                                    "sent",
                                    "inbox",
                                    "show",
                                    "status"}) {
    INFO(command);
    const Ran ran = run_program(folder, command + " --help");
    CHECK(ran.exit == 0);
    CHECK(ran.out.find("Example:\n  safeconduct " + command) != std::string::npos);
    CHECK(ran.out.find("--json") != std::string::npos);
    CHECK(ran.err.empty());
  }
}

TEST_CASE("A mistyped command is answered with the nearest one") {
  const TemporaryFolder folder;
  const Ran group = run_program(folder, "netwrk init net");
  CHECK(group.exit == 2);
  CHECK(group.err ==
        "safeconduct: `safeconduct` has no command `netwrk`; did you mean `network`?; see "
        "`safeconduct --help`\n");
  const Ran command = run_program(folder, "network ad net");
  CHECK(command.exit == 2);
  CHECK(command.err.find("did you mean `add`?") != std::string::npos);
}

TEST_CASE("A missing argument and an unknown option are one line each, with exit status 2") {
  const TemporaryFolder folder;
  const Ran missing = run_program(folder, "network suspend net");
  CHECK(missing.exit == 2);
  CHECK(missing.err ==
        "safeconduct: AGENCY is required; see `safeconduct network suspend --help`\n");
  const Ran unknown = run_program(folder, "keys show haven --jsn");
  CHECK(unknown.exit == 2);
  CHECK(is_one_line(unknown.err));
  CHECK(unknown.err.find("--jsn") != std::string::npos);
  const Ran nothing = run_program(folder, "");
  CHECK(nothing.exit == 2);
  CHECK(is_one_line(nothing.err));
}

TEST_CASE("With --json an error is a document too") {
  const TemporaryFolder folder;
  const Ran ran = run_program(folder, "network show nowhere --json");
  CHECK(ran.exit == 2);
  CHECK(is_one_line(ran.err));
  CHECK(ran.json()["error"]["code"] == "not_found");
  const Ran usage = run_program(folder, "network suspend net --json");
  CHECK(usage.exit == 2);
  CHECK(usage.json()["error"]["code"] == "invalid");
}

TEST_CASE("An agent that does not run is said to be unreachable, with exit status 3") {
  const TemporaryFolder folder;
  REQUIRE(run_program(folder, "network init net --name demo.example").exit == 0);
  const Ran ran = run_program(folder, "network publish net --agent haven/agent.sock");
  CHECK(ran.exit == 3);
  CHECK(ran.err ==
        "safeconduct: cannot reach the agent at `haven/agent.sock`; start it with "
        "`safeconduct-agent`\n");
}
