#include "agents/cli/progress_bar.h"

#include <catch2/catch.hpp>
#include <sstream>

using namespace safeconduct::cli;
using namespace std::chrono_literals;

TEST_CASE("A progress bar says how far it is and how long it will take, and wipes itself") {
  std::ostringstream out;
  std::chrono::steady_clock::time_point now{};
  {
    ProgressBar bar("replay", out, [&] { return now; });
    now += 400ms;
    bar.at(1'000, 10'000'000);
    CHECK(out.str().empty());
    now += 59'600ms;
    bar.at(1'000'000, 10'000'000);
    CHECK(out.str() ==
          "\r\033[Kreplay [###" + std::string(27, ' ') + "] 1000000 of 10000000, 9 min 0 s left");
    now += 100ms;
    bar.at(1'100'000, 10'000'000);
    CHECK(out.str().find("1100000") == std::string::npos);  // five times a second are enough
    out.str("");
    now += 60s;
    bar.at(10'000'000, 10'000'000);
    CHECK(out.str() ==
          "\r\033[Kreplay [" + std::string(30, '#') + "] 10000000 of 10000000, 0 min 0 s left");
    out.str("");
  }
  CHECK(out.str() == "\r\033[K");
}

TEST_CASE("A progress bar of a log that claims nothing says nothing") {
  std::ostringstream out;
  std::chrono::steady_clock::time_point now{};
  {
    ProgressBar bar("verify", out, [&] { return now; });
    now += 10s;
    bar.at(4096, 0);
  }
  CHECK(out.str().empty());
}
