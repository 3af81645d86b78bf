#include "agents/cli/progress_bar.h"

#include <algorithm>
#include <cmath>

namespace safeconduct::cli {
namespace {

constexpr std::string_view kLineAnew = "\r\033[K";
constexpr std::chrono::milliseconds kSilent{500};
constexpr std::chrono::milliseconds kEvery{200};
constexpr int kWidth = 30;

}  // namespace

ProgressBar::ProgressBar(std::string what, std::ostream& out, Now now)
    : what_(std::move(what)), out_(out), now_(std::move(now)), start_(now_()), last_(start_) {}

ProgressBar::~ProgressBar() {
  if (shown_) out_ << kLineAnew << std::flush;
}

void ProgressBar::at(std::uint64_t done, std::uint64_t of) {
  const auto now = now_();
  if (of == 0 || now - start_ < kSilent || now - last_ < kEvery) return;
  last_ = now;
  shown_ = true;
  const double since = std::chrono::duration<double>(now - start_).count();
  const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(of));
  const int full = static_cast<int>(part * kWidth);
  out_ << kLineAnew << what_ << " [" << std::string(full, '#') << std::string(kWidth - full, ' ')
       << "] " << done << " of " << of;
  if (done > 0) {
    const long left = std::lround(since / part - since);
    out_ << ", " << left / 60 << " min " << left % 60 << " s left";
  }
  out_ << std::flush;
}

}  // namespace safeconduct::cli
