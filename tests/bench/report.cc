#include "tests/bench/report.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <thread>

namespace safeconduct::bench {
namespace {

std::string cpu_model() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

std::string build_type() {
  std::string type = SAFECONDUCT_BUILD_TYPE;
  const std::string sanitizers = SAFECONDUCT_SANITIZE;
  return sanitizers.empty() ? type : type + " with " + sanitizers;
}

std::string rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%.0f", value);
  return text;
}

}  // namespace

Percentiles percentiles(std::vector<double> samples) {
  if (samples.empty()) return {};
  std::sort(samples.begin(), samples.end());
  const auto at = [&](double share) {
    return samples[std::min(samples.size() - 1,
                            static_cast<std::size_t>(share * double(samples.size())))];
  };
  return {at(0.50), at(0.99)};
}

double median(std::vector<double> samples) {
  return percentiles(std::move(samples)).p50;
}

Report::Report() {
  machine_["cpu"] = cpu_model();
  machine_["cores"] = std::thread::hardware_concurrency();
}

void Report::line(Json facts, const std::string& note) {
  facts["load"] = load_average();
  facts["build"] = build_type();
  facts["machine"] = machine_;
  std::cout << facts.dump() << std::endl;
  rows_.emplace_back(facts["name"].get<std::string>(), note);
}

void Report::timing(const std::string& name, const std::string& unit, std::vector<double> samples,
                    std::size_t n) {
  const Percentiles p = percentiles(std::move(samples));
  line({{"name", name}, {"unit", unit}, {"n", n}, {"p50", p.p50}, {"p99", p.p99}},
       rounded(p.p50) + " " + unit + " (p99 " + rounded(p.p99) + ", n " + std::to_string(n) + ")");
}

void Report::table() const {
  std::cerr << "\n"
            << machine_["cpu"].get<std::string>() << ", " << machine_["cores"] << " cores, "
            << build_type() << "\n\n";
  std::size_t width = 0;
  for (const auto& [name, note] : rows_) width = std::max(width, name.size());
  for (const auto& [name, note] : rows_) {
    std::cerr << "  " << name << std::string(width - name.size() + 2, ' ') << note << "\n";
  }
}

std::vector<double> ns_per_call(std::size_t samples, std::size_t batch,
                                const std::function<void(std::size_t)>& work) {
  for (std::size_t i = 0; i < batch; ++i) work(i);
  std::vector<double> out;
  for (std::size_t sample = 0; sample < samples; ++sample) {
    const double start = seconds_now();
    for (std::size_t i = 0; i < batch; ++i) work(i);
    out.push_back((seconds_now() - start) * 1e9 / double(batch));
  }
  return out;
}

double seconds_now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

double own_cpu_us() {
  timespec at{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
  return double(at.tv_sec) * 1e6 + double(at.tv_nsec) / 1e3;
}

double load_average() {
  double load = 0;
  return ::getloadavg(&load, 1) == 1 ? load : 0;
}

}  // namespace safeconduct::bench
