#include "broker/verifier.h"

#include <algorithm>

namespace safeconduct::broker {
namespace {

// Frames taken at a time: one verification costs about 50 us, a lock much less.
constexpr std::size_t kChunk = 4;
// Fewer are done sooner than a thread wakes.
constexpr std::size_t kWorthHelp = 4;

}  // namespace

Verifier::Verifier(unsigned helpers) {
  for (unsigned i = 0; i < helpers; ++i) threads_.emplace_back([this] { serve(); });
}

Verifier::~Verifier() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Verifier::take_one(std::unique_lock<std::mutex>& lock) {
  if (work_ == nullptr || next_ >= count_) return false;
  const std::size_t from = next_;
  const std::size_t to = std::min(count_, from + kChunk);
  next_ = to;
  ++running_;
  const auto& work = *work_;
  lock.unlock();
  for (std::size_t i = from; i < to; ++i) work(i);
  lock.lock();
  --running_;
  return true;
}

void Verifier::serve() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    if (!take_one(lock)) {
      wake_.wait(lock);
    } else if (running_ == 0 && next_ >= count_) {
      done_.notify_one();
    }
  }
}

void Verifier::for_each(std::size_t count, const std::function<void(std::size_t)>& work) {
  if (threads_.empty() || count < kWorthHelp) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::unique_lock lock(mutex_);
  work_ = &work;
  next_ = 0;
  count_ = count;
  wake_.notify_all();
  while (take_one(lock)) {
  }
  done_.wait(lock, [this] { return running_ == 0 && next_ >= count_; });
  work_ = nullptr;
}

}  // namespace safeconduct::broker
