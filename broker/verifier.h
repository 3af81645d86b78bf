// Checks the frames of a tick on all cores: the loop's own thread and helpers beside it.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace safeconduct::broker {

class Verifier {
 public:
  // `helpers` threads beside the caller; 0: everything on the caller's own.
  explicit Verifier(unsigned helpers);
  ~Verifier();
  Verifier(const Verifier&) = delete;
  Verifier& operator=(const Verifier&) = delete;

  // Calls `work(i)` once for each i below `count`, on any of the threads, and returns when all are
  // done. `work` must not throw.
  void for_each(std::size_t count, const std::function<void(std::size_t)>& work);

 private:
  void serve();
  bool take_one(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::size_t running_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace safeconduct::broker
