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
  if (next_ >= count_) return false;
  const std::size_t from = next_;
  const std::size_t to = std::min(count_, from + kChunk);
  next_ = to;
  ++running_;
  lock.unlock();
  for (std::size_t i = from; i < to; ++i) work_(i);
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

void Verifier::start(std::size_t count, std::function<void(std::size_t)> work) {
  const std::lock_guard lock(mutex_);
  work_ = std::move(work);
  next_ = 0;
  count_ = count;
  if (count >= kWorthHelp) wake_.notify_all();
}

bool Verifier::help() {
  std::unique_lock lock(mutex_);
  return take_one(lock);
}

void Verifier::finish() {
  std::unique_lock lock(mutex_);
  while (take_one(lock)) {
  }
  done_.wait(lock, [this] { return running_ == 0 && next_ >= count_; });
  next_ = count_ = 0;
}

}  // namespace safeconduct::broker
