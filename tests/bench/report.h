// What the benchmarks found: one JSON line each on standard output, at once, and a table on
// standard error at the end.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace safeconduct::bench {

using Json = nlohmann::ordered_json;

struct Percentiles {
  double p50 = 0;
  double p99 = 0;
};
// Of at least one sample.
[[nodiscard]] Percentiles percentiles(std::vector<double> samples);
[[nodiscard]] double median(std::vector<double> samples);

class Report {
 public:
  Report();
  // Adds machine and build and prints the line. `note`: what the table says beside the name.
  void line(Json facts, const std::string& note);
  // name, unit, n, p50, p99.
  void timing(const std::string& name, const std::string& unit, std::vector<double> samples,
              std::size_t n);
  void table() const;

 private:
  Json machine_;
  std::vector<std::pair<std::string, std::string>> rows_;
};

// Calls `work` `batch` times per sample and gives ns per call. For what is shorter than a clock
// reading.
[[nodiscard]] std::vector<double> ns_per_call(std::size_t samples, std::size_t batch,
                                              const std::function<void(std::size_t)>& work);

// Keeps the optimiser from dropping what only a benchmark computes.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

[[nodiscard]] double seconds_now();  // monotonic
[[nodiscard]] double own_cpu_us();   // of this process, all threads
[[nodiscard]] double load_average();

}  // namespace safeconduct::bench
