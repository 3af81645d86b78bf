// That answers and deliveries leave after their sync, seen from outside: the broker's own system
// calls. Needs strace and the right to trace; says so where there is none.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <regex>
#include <sstream>

#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;

namespace {

constexpr int kReferrals = 12;

class Strace {
 public:
  Strace(pid_t target, std::string trace) : trace_(std::move(trace)) {
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      const std::string id = std::to_string(target);
      ::execlp("strace", "strace", "-q", "-f", "-y", "-e",
               "trace=fdatasync,fsync,sync_file_range,sendto,sendmsg,recvfrom,write,pwrite64", "-s",
               "0", "-o", trace_.c_str(), "-p", id.c_str(), nullptr);
      ::_exit(127);
    }
  }
  ~Strace() { stop(); }
  // Tracing has begun: something of the traced program's is in the file.
  [[nodiscard]] bool began(Duration wait) const { return !wait_for_file(trace_, wait).empty(); }
  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGINT);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  [[nodiscard]] std::string trace() const { return read_text(trace_); }

 private:
  std::string trace_;
  pid_t pid_ = -1;
};

enum class Call { kReceive, kSend, kKeySync, kLogSync, kHeadSync };

// How strace names it, with or without its addresses.
bool is_socket(const std::string& file) {
  return file.starts_with("TCP") || file.starts_with("socket");
}

// What happened, in order: a receive and a sync when they are over, a send when it begins.
std::vector<Call> calls_in(const std::string& trace) {
  const std::regex begin(R"(^(\d+)\s+(\w+)\(\d+<([^>]*)>.*)");
  const std::regex resumed(R"(^(\d+)\s+<\.\.\. (\w+) resumed>.*= (-?\d+).*)");
  const std::regex result(R"(.*\)\s+= (-?\d+).*)");
  std::map<std::string, std::string> unfinished;  // thread -> file
  std::vector<Call> out;
  const auto over = [&](const std::string& call, const std::string& file, long value) {
    const bool socket = is_socket(file);
    if (call == "recvfrom" && socket && value > 0) out.push_back(Call::kReceive);
    if (call != "fdatasync" && call != "fsync") return;
    if (value != 0) return;
    if (file.ends_with("/keys")) out.push_back(Call::kKeySync);
    if (file.ends_with("/published")) out.push_back(Call::kHeadSync);
    if (file.ends_with(".log") && file.find("/db/") != std::string::npos) {
      out.push_back(Call::kLogSync);
    }
  };
  std::istringstream lines(trace);
  for (std::string line; std::getline(lines, line);) {
    std::smatch m;
    if (std::regex_match(line, m, resumed)) {
      over(m[2], unfinished[m[1]], std::stol(m[3]));
    } else if (std::regex_match(line, m, begin)) {
      const std::string call = m[2];
      const std::string file = m[3];
      const bool sends = call == "sendto" || call == "sendmsg";
      if (sends && is_socket(file)) out.push_back(Call::kSend);
      std::smatch value;
      if (line.find("<unfinished") != std::string::npos) {
        unfinished[m[1]] = file;
      } else if (std::regex_match(line, value, result)) {
        over(call, file, std::stol(value[1]));
      }
    }
  }
  return out;
}

struct Order {
  std::size_t sends = 0;
  std::size_t keys = 0;
  std::size_t early = 0;  // sends before the sync of what came in
};

// One referral is on its way at a time: after a frame came in, nothing may leave before the sync of
// the database's log, and after that of the file that keeps the published head.
Order order_of(const std::vector<Call>& calls) {
  Order order;
  bool in_log = true;
  bool synced = true;
  for (const Call call : calls) {
    switch (call) {
      case Call::kReceive:
        in_log = synced = false;
        break;
      case Call::kKeySync:
        ++order.keys;
        break;
      case Call::kLogSync:
        in_log = true;
        break;
      case Call::kHeadSync:
        synced = in_log;
        break;
      case Call::kSend:
        ++order.sends;
        order.early += synced ? 0 : 1;
        break;
    }
  }
  return order;
}

}  // namespace

TEST_CASE("A send before the sync would be seen in the trace") {
  const std::string received = "7 recvfrom(9<TCP:[1]>, \"\"..., 8192, 0, NULL, NULL) = 200\n";
  const std::string sent = "7 sendto(9<TCP:[1]>, \"\"..., 90, 0, NULL, 0) = 90\n";
  const std::string sync = "8 fdatasync(5</x/store/db/000009.log> <unfinished ...>\n";
  const std::string done = "8 <... fdatasync resumed>)          = 0\n";
  const std::string head = "8 fdatasync(6</x/store/published>) = 0\n";
  CHECK(order_of(calls_in(received + sync + done + head + sent)).early == 0);
  CHECK(order_of(calls_in(received + sync + done + sent + head)).early == 1);
  CHECK(order_of(calls_in(received + head + sync + done + sent)).early == 1);
  CHECK(order_of(calls_in(received + sync + sent + done)).early == 1);
  CHECK(order_of(calls_in(received + sent + sync + done)).early == 1);
}

TEST_CASE("Every answer and delivery leaves after the sync of its keys and of its entries") {
  Scene scene;
  const Draft draft = scene.draft_with_consent();
  scene.haven.credit(limits::kCreditMax);
  Strace strace(scene.broker.process().id(), scene.folder.path() + "/trace");
  const bool traced = wait_until(seconds(10), [&] {
    scene.bridge.submit(seal_draft(scene.network, scene.draft({})));
    return strace.began(milliseconds(100));
  });
  if (!traced) {
    WARN("strace is not here, or may not trace: the order of syncs was not seen from outside");
    return;
  }
  for (int i = 0; i < kReferrals; ++i) {
    CHECK(scene.bridge.submit(seal_draft(scene.network, draft)).admitted);
    scene.haven.acknowledge(scene.haven.expect<wire::Delivery>());
  }
  strace.stop();
  const auto calls = calls_in(strace.trace());

  const Order order = order_of(calls);
  INFO(calls.size() << " calls, " << order.sends << " sends, " << order.keys << " key syncs");
  CHECK(order.early == 0);
  CHECK(order.sends >= 3 * kReferrals);  // decided, delivery, recorded
  CHECK(order.keys >= kReferrals);
  CHECK(scene.broker.stop() == 0);
}
