// safeconduct-bench: everything without arguments, in less than 300 s.
#include <CLI/CLI.hpp>
#include <iostream>

#include "tests/bench/end_to_end.h"
#include "tests/bench/ledger_scale.h"
#include "tests/bench/memory.h"
#include "tests/bench/primitives.h"
#include "tests/bench/whole_agents.h"

namespace safeconduct::bench {
namespace {

constexpr double kLateSeconds = 190;

struct Arguments {
  const double started = seconds_now();
  bool quick = false;
  std::string only;
  double run_seconds = 20;
  std::uint64_t entries = 10'000'000;

  [[nodiscard]] bool runs(std::string_view part) const { return only.empty() || only == part; }
};

// Enough for the fastest run of each kind, or less: a run ends with its messages.
std::vector<std::size_t> counts_of(const Arguments& arguments, std::size_t sign_batch) {
  if (arguments.quick) return std::vector<std::size_t>(kPairsMax, 64);
  constexpr double kPairRate = 3000;  // per second; four pairs are above what is aimed at
  const double seconds = sign_batch == 1 ? arguments.run_seconds : 7;
  const auto main_pairs = static_cast<std::size_t>(seconds * kPairRate);
  std::vector<std::size_t> counts(kPairsMax, 6000);
  std::fill(counts.begin(), counts.begin() + 4, main_pairs);
  return counts;
}

void end_to_end(Report& report, rig::Network& network, const Arguments& arguments) {
  for (const std::size_t sign_batch : {1, 16}) {
    const Traffic traffic = seal_traffic(network, counts_of(arguments, sign_batch), sign_batch);
    for (const std::size_t pairs : {4, 1, 8}) {
      EndToEndPlan plan{pairs, sign_batch, 3, 1, 4, 4};
      if (pairs == 4 && sign_batch == 1)
        plan = {pairs, sign_batch, 3, 2, arguments.run_seconds, 10};
      if (pairs == 4 && sign_batch == 16) plan = {pairs, sign_batch, 3, 1, 6, 5};
      // On a machine with other work to do, sealing takes long: what is not the main line pays.
      if (seconds_now() - arguments.started > kLateSeconds) plan.runs = 1, plan.run_seconds = 3;
      if (arguments.quick) plan = {pairs, sign_batch, 1, 0, 0.2, 0.1};
      referral_end_to_end(report, network, traffic, plan);
      if (arguments.only == "main") return;
    }
    if (sign_batch == 1) broker_memory(report, network, traffic, 100'000);
  }
}

void memory_alone(Report& report, rig::Network& network, bool quick) {
  const std::vector<std::size_t> counts(4, quick ? 64 : 25'000);
  broker_memory(report, network, seal_traffic(network, counts, 1), 100'000);
}

void run(const Arguments& arguments) {
  Report report;
  if (arguments.runs("decision")) decisions(report, arguments.quick);
  if (arguments.runs("seal")) sealing(report, arguments.quick);
  if (arguments.runs("ledger")) ledger_steps(report, arguments.quick);
  if (arguments.runs("store")) store_tick(report, arguments.quick);
  if (arguments.runs("clocks")) clocks(report, arguments.quick);
  if (arguments.runs("end_to_end") || arguments.only == "main") {
    rig::Network network = make_network();
    end_to_end(report, network, arguments);
  }
  if (arguments.only == "memory") {
    rig::Network network = make_network();
    memory_alone(report, network, arguments.quick);
  }
  // Long: only when it is asked for, or tiny.
  if (arguments.quick || arguments.only == "log") {
    ledger_scale(report, arguments.quick ? 2000 : arguments.entries, arguments.quick);
  }
  if (arguments.runs("agents")) {
    rig::Network network = make_network();
    whole_agents(report, network, arguments.quick ? 1 : 2, arguments.quick ? 0.1 : 5);
  }
  report.table();
}

}  // namespace
}  // namespace safeconduct::bench

int main(int argc, char** argv) {
  CLI::App app("Measures Safeconduct on this machine: JSON lines, then a table.",
               "safeconduct-bench");
  safeconduct::bench::Arguments arguments;
  app.add_flag("--quick", arguments.quick, "everything once, with tiny numbers");
  app.add_option(
      "--only", arguments.only,
      "decision, seal, ledger, store, clocks, end_to_end, agents, memory, log (not run by itself), "
      "or main: the first line of end_to_end");
  app.add_option("--entries", arguments.entries, "of the log that `--only log` builds")
      ->check(CLI::Range(1'000'000, 100'000'000));
  app.add_option("--seconds", arguments.run_seconds, "of each of the three main runs")
      ->check(CLI::Range(1.0, 60.0));
  CLI11_PARSE(app, argc, argv);
  try {
    safeconduct::bench::run(arguments);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "safeconduct-bench: " << error.what() << "\n";
    return 1;
  }
}
