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

  // Helpers begin to call `work(i)`, once for each i below `count`, while the caller goes on; all
  // is done when finish() returns. `work` must not throw.
  void start(std::size_t count, std::function<void(std::size_t)> work);
  // The caller takes its share of what is left.
  void finish();
  // The caller does a little of what is left; false when there is nothing to take.
  bool help();

 private:
  void serve();
  bool take_one(std::unique_lock<std::mutex>& lock);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  std::function<void(std::size_t)> work_;
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  std::size_t running_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace safeconduct::broker
