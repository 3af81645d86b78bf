#include "schemas/io/beside.h"

namespace safeconduct::io {

Beside::~Beside() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Status Beside::run(const std::function<Status()>& work, const Meanwhile& meanwhile) {
  // A thread that wakes for nothing costs more than it saves.
  if (!meanwhile || !meanwhile()) return work();
  if (!thread_.joinable()) thread_ = std::thread([this] { serve(); });
  {
    const std::lock_guard lock(mutex_);
    work_ = &work;
    result_.reset();
  }
  changed_.notify_all();
  while (!done() && meanwhile()) {
  }
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return result_.has_value(); });
  return std::move(*result_);
}

bool Beside::done() {
  const std::lock_guard lock(mutex_);
  return result_.has_value();
}

void Beside::serve() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stop_ || work_ != nullptr; });
    if (stop_) return;
    const auto* work = std::exchange(work_, nullptr);
    lock.unlock();
    Status result = (*work)();
    lock.lock();
    result_ = std::move(result);
    changed_.notify_all();
  }
}

}  // namespace safeconduct::io
