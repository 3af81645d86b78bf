#include "tests/bench/memory.h"

#include "tests/rig/broker.h"

namespace safeconduct::bench {

void broker_memory(Report& report, rig::Network& network, const Traffic& traffic,
                   std::size_t queued) {
  constexpr std::size_t kPairs = 4;
  Traffic part(kPairs);
  for (std::size_t pair = 0; pair < kPairs; ++pair) {
    const auto& messages = traffic[pair].messages;
    const std::size_t count = std::min(queued / kPairs, messages.size());
    part[pair].consents = traffic[pair].consents;
    part[pair].messages.assign(messages.begin(), messages.begin() + std::ptrdiff_t(count));
  }
  const rig::TempFolder folder;
  rig::Broker broker(network, folder.path() + "/broker");
  introduce(network, part, kPairs, broker.endpoint());
  const std::size_t before = broker.process().resident_kib();
  Load load(network, part, {kPairs, false, 256, 0}, broker.endpoint());
  const double start = seconds_now();
  std::size_t count = 0;
  for (const auto& pair : part) count += pair.messages.size();
  std::size_t peak = 0;
  while (load.decided() < count && seconds_now() - start < 60) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    peak = std::max(peak, broker.process().resident_kib());
  }
  const double taken = seconds_now() - start;
  load.finish();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const std::size_t resident = broker.process().resident_kib();
  const double mib = double(resident) / 1024;
  char note[120];
  std::snprintf(note, sizeof note, "%.1f MiB with %zu referrals queued (%.1f MiB empty, peak %.1f)",
                mib, count, double(before) / 1024, double(peak) / 1024);
  report.line({{"name", "broker_resident"},
               {"unit", "MiB"},
               {"queued", count},
               {"resident_mib", mib},
               {"empty_mib", double(before) / 1024},
               {"peak_mib", double(peak) / 1024},
               {"submissions_per_s", double(count) / taken}},
              note);
}

}  // namespace safeconduct::bench
