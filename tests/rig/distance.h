// Whether two samples can be told apart: for what must look alike in time.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace safeconduct::rig {

// Kolmogorov-Smirnov: the largest distance between two samples' distributions, 0..1.
[[nodiscard]] inline double ks_distance(std::vector<double> a, std::vector<double> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  double most = 0;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (a[i] <= b[j]) {
      ++i;
    } else {
      ++j;
    }
    const double at_a = static_cast<double>(i) / static_cast<double>(a.size());
    const double at_b = static_cast<double>(j) / static_cast<double>(b.size());
    most = std::max(most, std::abs(at_a - at_b));
  }
  return most;
}

// Above this the two can be told apart at the 5 % level from n of each.
[[nodiscard]] inline double ks_level(std::size_t n) {
  return 1.36 * std::sqrt(2.0 / static_cast<double>(n));
}

[[nodiscard]] inline double median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

}  // namespace safeconduct::rig
