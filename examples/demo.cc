// The demo: a broker and eleven agencies on this machine, forty cases, a dead broker, an agency
// that was away, and an auditor.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "examples/demo_audit.h"
#include "examples/demo_dashboard.h"
#include "examples/demo_direct.h"
#include "examples/demo_loop.h"
#include "examples/demo_report.h"

namespace safeconduct::demo {
namespace {

// The broker is killed while these cases are on their way.
constexpr std::size_t kKillAfter = 12;
constexpr std::size_t kWrittenWhileDead = 6;
const std::string kAway = "calm";  // its agent is off until all cases are sent

struct Options {
  bool once = false;
  bool json = false;
  std::string fhir;
};

std::string new_folder() {
  const char* base = std::getenv("TMPDIR");
  std::string path = std::string(base != nullptr ? base : P_tmpdir) + "/safeconduct-demo-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr)
    throw std::runtime_error("cannot make a folder in " + path);
  return path;
}

struct Counts {
  int received = 0;
  int refused = 0;
};

Counts count(const std::vector<Played>& played) {
  Counts counts;
  for (const Played& one : played) {
    if (one.received()) ++counts.received;
    if (one.state() == "refused") ++counts.refused;
  }
  return counts;
}

void play_all(std::ostream& out, Stage& stage, Player& player, const Options& options) {
  const std::vector<Case> cases = load_cases(std::string(SAFECONDUCT_SOURCE) + "/examples/cases");
  stage.stop_agent(kAway);
  out << "The agent of " << kAway << " is switched off.\n";
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (i == kKillAfter) {
      stage.kill_broker();
      out << "The broker is killed (kill -9) while referrals are on their way.\n";
    }
    if (i == kKillAfter + kWrittenWhileDead) {
      stage.start_broker();
      out << "The broker is started again; meanwhile " << kWrittenWhileDead
          << " referrals were written and lie in their agencies' outboxes.\n";
    }
    player.play(cases[i]);
  }
  if (!options.fhir.empty()) player.play_fhir(options.fhir);
  player.settle(seconds(60), kAway);
}

void tell_dead_time(std::ostream& out, const std::vector<Played>& played) {
  std::size_t arrived = 0;
  std::size_t refused = 0;
  for (std::size_t i = kKillAfter; i < kKillAfter + kWrittenWhileDead && i < played.size(); ++i) {
    arrived += played[i].received() ? 1 : 0;
    refused += played[i].state() == "refused" ? 1 : 0;
  }
  out << "\nWhile the broker was dead\n  " << kWrittenWhileDead
      << " referrals were written; the agents kept them, encrypted, and sent them when the broker "
         "was back:\n  "
      << arrived << " arrived, " << refused << " were refused by policy or consent, "
      << kWrittenWhileDead - arrived - refused << " are missing.\n";
}

void tell_return(std::ostream& out, const std::vector<Played>& played) {
  std::size_t arrived = 0;
  for (const Played& one : played) arrived += one.to == kAway && one.received() ? 1 : 0;
  out << "\nThe agency that was away\n  " << kAway << " came back and found " << arrived
      << " referral" << (arrived == 1 ? "" : "s")
      << " in its inbox; each was decided again at the moment of delivery.\n";
}

// What a coordinator would see now; null when this build leaves the dashboard out.
Json look_at_dashboard(std::ostream& out, const Stage& stage, Dashboard& dashboard) {
  if (!has_dashboard()) return nullptr;
  dashboard.start();
  const Json status = stage.ask("bridge", "GET", "/v1/status");
  const Json tiles = dashboard.check(status.at("tree_size").get<std::uint64_t>());
  out << "\nWhat coordinators see, without one name\n  " << tiles.at("awaiting")
      << " await an answer, " << tiles.at("overdue") << " overdue, " << tiles.at("declined")
      << " declined, " << tiles.at("undeliverable") << " undeliverable, " << tiles.at("escalated")
      << " escalated, " << tiles.at("closed") << " closed this week.\n";
  return tiles;
}

// Three commands that work as they stand: with the network up, or on what it left.
void tell_next(std::ostream& out, const Stage& stage, bool is_up) {
  const std::string tool = std::string(SAFECONDUCT_BUILD) + "/safeconduct";
  const std::string log = stage.folder() + "/audit-export --trust " + stage.trust();
  out << "\nTry next\n";
  if (is_up) {
    out << "  " << tool << " inbox --agent " << stage.agency_folder("haven") << "\n  " << tool
        << " sent --agent " << stage.agency_folder("bridge") << "\n";
  } else {
    out << "  " << tool << " policy check " << SAFECONDUCT_SOURCE
        << "/policies/national-referral.policy\n  " << tool << " audit show " << log
        << " --entry 20\n";
  }
  out << "  " << tool << " audit verify " << log << "\nAll of this demo lies in " << stage.folder()
      << "; delete it when you are done.\n";
}

Json result_of(const Player& player, const Arrivals& arrivals, const AuditResult& audit,
               const Json& tiles) {
  const Counts counts = count(player.played());
  return {{"submitted", player.played().size()}, {"delivered", counts.received},
          {"refused", counts.refused},           {"lost", arrivals.lost},
          {"duplicated", arrivals.duplicated},   {"ledger_entries", audit.entries},
          {"verified", audit.verified},          {"replayed", audit.replayed},
          {"tamper_found", audit.tamper_found},  {"dashboard", tiles}};
}

bool report(std::ostream& out, const Player& player, const Arrivals& arrivals) {
  print_table(out, player.played());
  print_police(out, player.played());
  tell_dead_time(out, player.played());
  tell_return(out, player.played());
  const Counts counts = count(player.played());
  out << "\n"
      << player.played().size() << " referrals: " << counts.received << " arrived, "
      << counts.refused << " refused, " << arrivals.lost << " lost, " << arrivals.duplicated
      << " arrived twice.\n";
  const auto surprises = unexpected(player.played());
  for (const std::string& surprise : surprises) out << "NOT AS EXPECTED: " << surprise << "\n";
  return surprises.empty() && arrivals.lost == 0 && arrivals.duplicated == 0;
}

void stay_up(std::ostream& out) {
  out << "\nThe network is up; press Ctrl-C to end it.\n" << std::flush;
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGINT, SIGTERM}) sigaddset(&set, signal);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  int signal = 0;
  sigwait(&set, &signal);
}

bool run(const Options& options) {
  std::ostream& out = options.json ? std::cerr : std::cout;
  Stage stage(new_folder());
  out << "A network of eleven agencies and a broker is made in " << stage.folder() << "\n";
  stage.set_up();
  stage.start_all();
  Player player(stage);
  play_all(out, stage, player, options);
  stage.start_agent(kAway);
  out << "The agent of " << kAway << " is switched on again.\n";
  const bool ended = player.settle(seconds(60));
  const Arrivals arrivals = count_arrivals(stage, player.played());
  bool good = report(out, player, arrivals) && ended;
  good = play_loop(out, stage) && good;
  Dashboard dashboard(stage);
  const Json tiles = look_at_dashboard(out, stage, dashboard);
  stage.stop_broker();
  const AuditResult audited = audit(out, stage);
  good = play_direct(out) && good;
  good = good && audited.verified && audited.replayed && audited.tamper_found;
  if (!options.once) stage.start_broker();
  tell_next(out, stage, !options.once);
  if (!options.once) {
    if (has_dashboard()) {
      out << "\nThe coordinators' dashboard; the link signs in once\n  " << dashboard.link()
          << "\n";
    }
    stay_up(out);
  }
  dashboard.stop();
  stage.stop_all();
  if (options.json) std::cout << result_of(player, arrivals, audited, tiles).dump() << std::endl;
  return good;
}

}  // namespace
}  // namespace safeconduct::demo

int main(int argc, char** argv) {
  safeconduct::demo::Options options;
  CLI::App app("A broker and eleven agencies on this machine, with throw-away keys.",
               "safeconduct-demo");
  app.add_flag("--once", options.once, "end the network at the end");
  app.add_flag("--json", options.json, "the last line is the result as JSON");
  app.add_option("--fhir", options.fhir, "send the FHIR R4 referrals of this folder as well");
  CLI11_PARSE(app, argc, argv);
  try {
    return safeconduct::demo::run(options) ? 0 : 1;
  } catch (const std::exception& error) {
    std::cerr << "examples/demo: " << error.what() << "\n";
    return 2;
  }
}
