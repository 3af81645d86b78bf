#include "tests/bench/end_to_end.h"

#include "tests/rig/broker.h"

namespace safeconduct::bench {
namespace {

constexpr double kOpenLoopRate = 100;      // referrals per second
constexpr std::size_t kOnTheirWay = 2048;  // of all pairs, under full load: outboxes that are full

void wait(double seconds) {
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
}

struct Rate {
  double per_s = 0;
  double broker_cpu_us = 0;
  double clients_cpu_us = 0;
  double seconds = 0;
  std::size_t n = 0;
  std::size_t arrived = 0;  // measured or not
};

// Until the time is over, or the messages are used up and have arrived.
Rate measure(Load& load, rig::Broker& broker, double seconds) {
  const double start = seconds_now();
  const double cpu = broker.process().cpu_us();
  const double clients = own_cpu_us();
  const std::size_t before = load.recorded();
  while (seconds_now() - start < seconds && !load.all_arrived()) wait(0.01);
  Rate rate;
  rate.seconds = seconds_now() - start;
  rate.n = load.recorded() - before;
  rate.per_s = double(rate.n) / rate.seconds;
  if (rate.n > 0) {
    rate.broker_cpu_us = (broker.process().cpu_us() - cpu) / double(rate.n);
    rate.clients_cpu_us = (own_cpu_us() - clients) / double(rate.n);
  }
  return rate;
}

Rate one_run(rig::Network& network, const Traffic& traffic, const EndToEndPlan& plan,
             std::vector<double>* latencies) {
  const rig::TempFolder folder;
  rig::Broker broker(network, folder.path() + "/broker");
  introduce(network, traffic, plan.pairs, broker.endpoint());
  std::size_t first = 0;
  if (latencies != nullptr) {
    LoadPlan by_clock{plan.pairs, true, 0, kOpenLoopRate};
    Load load(network, traffic, by_clock, broker.endpoint());
    wait(plan.latency_seconds / 10);
    load.sample_latency();
    wait(plan.latency_seconds);
    load.finish();
    *latencies = load.latencies();
    first = load.sent_per_pair_max();
  }
  const LoadPlan full{plan.pairs, true, kOnTheirWay / plan.pairs, 0};
  Load load(network, traffic, full, broker.endpoint(), first);
  wait(plan.warm_seconds);
  Rate rate = measure(load, broker, plan.run_seconds);
  load.finish();
  rate.arrived = load.recorded();
  return rate;
}

}  // namespace

void referral_end_to_end(Report& report, rig::Network& network, const Traffic& traffic,
                         const EndToEndPlan& plan) {
  std::vector<double> latencies;
  std::vector<Rate> rates;
  for (int run = 0; run < plan.runs; ++run) {
    rates.push_back(one_run(network, traffic, plan, run == 0 ? &latencies : nullptr));
  }
  std::vector<double> per_s;
  for (const Rate& rate : rates) per_s.push_back(rate.per_s);
  const double middle = median(per_s);
  const auto of_middle = [&](const Rate& rate) { return rate.per_s == middle; };
  const Rate& rate = *std::find_if(rates.begin(), rates.end(), of_middle);
  const Percentiles ms = percentiles(latencies);
  Json line{{"name", "referral_end_to_end"},
            {"pairs", plan.pairs},
            {"sign_batch", plan.sign_batch},
            {"on_their_way", kOnTheirWay},
            {"per_s", middle},
            {"broker_cpu_us", rate.broker_cpu_us},
            {"clients_cpu_us", rate.clients_cpu_us},
            {"p50_ms", ms.p50},
            {"p99_ms", ms.p99},
            {"n", rate.n},
            {"run_seconds", rate.seconds},
            {"runs_per_s", per_s},
            {"latency_n", latencies.size()}};
  char note[160];
  std::snprintf(note, sizeof note,
                "%zu pairs, signed by %2zu: %6.0f/s, broker %5.1f us each, clients %5.1f; at 100/s "
                "p50 %.2f ms, p99 %.2f ms",
                plan.pairs, plan.sign_batch, middle, rate.broker_cpu_us, rate.clients_cpu_us,
                ms.p50, ms.p99);
  report.line(line, note);
  if (rate.arrived == 0) throw std::runtime_error("no referral arrived");
}

}  // namespace safeconduct::bench
