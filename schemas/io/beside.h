// A thread that waits for the disk while its owner does something else.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "schemas/base/result.h"

namespace safeconduct::io {

// Thread: the owner's, one call at a time.
class Beside {
 public:
  Beside() = default;
  ~Beside();
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;

  // A little of something else; false when there is nothing (more) to do. Must not throw.
  using Meanwhile = std::function<bool()>;

  // Runs `work` to its end and returns what it returned: on the other thread as long as there is
  // something to do meanwhile, here when there is nothing. `work` must not throw.
  [[nodiscard]] Status run(const std::function<Status()>& work, const Meanwhile& meanwhile);

 private:
  void serve();
  [[nodiscard]] bool done();

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<Status()>* work_ = nullptr;  // waits or runs
  std::optional<Status> result_;
  bool stop_ = false;
  std::thread thread_;  // from the first use on
};

}  // namespace safeconduct::io
