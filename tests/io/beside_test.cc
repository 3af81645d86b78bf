// Waiting for the disk while something else goes on.
#include "schemas/io/beside.h"

#include <atomic>
#include <catch2/catch.hpp>

using namespace safeconduct;
using namespace safeconduct::io;

TEST_CASE("Work runs on the caller's thread when there is nothing to do meanwhile") {
  Beside beside;
  const auto here = std::this_thread::get_id();
  std::thread::id ran_on;
  const auto work = [&]() -> Status {
    ran_on = std::this_thread::get_id();
    return {};
  };
  CHECK(beside.run(work, {}));
  CHECK(ran_on == here);
  CHECK(beside.run(work, [] { return false; }));
  CHECK(ran_on == here);
}

TEST_CASE("Something else is done meanwhile, until the work is over, whose answer comes back") {
  Beside beside;
  for (int round = 0; round < 200; ++round) {
    std::atomic<bool> go = false;
    int done = 0;
    const auto work = [&]() -> Status {
      while (!go) std::this_thread::yield();
      return round % 2 == 0 ? Status{} : Status{io_error("the disk is full")};
    };
    const Status result = beside.run(work, [&] {
      if (++done == 5) go = true;
      return true;
    });
    CHECK(done >= 5);
    CHECK(result.has_value() == (round % 2 == 0));
  }
}

TEST_CASE("Work that outlasts what there was to do is waited for") {
  Beside beside;
  int left = 3;
  bool over = false;
  const auto work = [&]() -> Status {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    over = true;
    return {};
  };
  CHECK(beside.run(work, [&] { return left-- > 0; }));
  CHECK(over);
}
