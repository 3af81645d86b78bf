// Every system call of the broker's write path fails once (EIO, ENOSPC, nothing written) and kills
// it once, one call at a time, by strace. Afterwards the log verifies and holds every entry that
// was acknowledged. The short form takes a sample; SAFECONDUCT_LONG=1 takes all of them and prints
// how many of each; SAFECONDUCT_SHARE=2/8 takes every eighth, from the second. Needs strace and the
// right to trace; says so where there is none.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <regex>
#include <sstream>

#include "broker/audit/verify.h"
#include "schemas/io/file.h"
#include "schemas/wire/parts.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
namespace fs = std::filesystem;

namespace {

constexpr std::array kWritePath = {"write",           "pwrite64",  "fdatasync", "fsync",
                                   "sync_file_range", "fallocate", "ftruncate", "rename",
                                   "unlink",          "mkdir",     "openat",    "lseek"};
constexpr int kReferrals = 4;

std::string joined(const auto& words) {
  std::string out;
  for (const char* word : words) out += (out.empty() ? "" : ",") + std::string(word);
  return out;
}

// The broker under strace; both end together.
class Traced {
 public:
  Traced(const std::string& folder, const std::vector<std::string>& strace) {
    fs::remove(folder + "/address");
    const std::string program = SAFECONDUCT_BUILD "/safeconduct-broker";
    const std::string config = folder + "/broker.toml";
    std::vector<std::string> words = {"strace", "-f", "-qq"};
    words.insert(words.end(), strace.begin(), strace.end());
    words.insert(words.end(), {program, "--config", config});
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ != 0) return;
    ::setpgid(0, 0);
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);  // it cannot look for leaks while it is traced
    const int out = ::open((folder + "/output").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::execvp("strace", argv.data());
    ::_exit(127);
  }
  ~Traced() { end(); }
  [[nodiscard]] bool running() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
  }
  void end() {
    if (pid_ <= 0) return;
    ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
};

struct Acknowledged {
  MessageId message;
  std::uint64_t position = 0;
};

struct Fault {
  std::string call;
  int nth = 1;
  std::string how;  // of strace's inject
};

struct World {
  Network network{{{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}}};
  TempFolder temp;
  std::string folder = temp.path() + "/broker";
  std::vector<Acknowledged> acknowledged;

  World() { network.write_broker_folder(folder); }

  // As far as the broker lives; what it answered is kept.
  void traffic(Traced& broker) {
    const std::string endpoint = wait_for_broker(broker);
    if (endpoint.empty()) return;
    try {
      Client bridge(network, "bridge", endpoint);
      Client haven(network, "haven", endpoint);
      bridge.join();
      haven.join();
      haven.credit(100);
      const auto consent =
          full_consent(network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
      ask(broker, bridge,
          {0, signed_record(network.agency("bridge"), wire::RecordKind::kConsent,
                            wire::encode(consent))});
      for (int i = 0; i < kReferrals && broker.running(); ++i) {
        Draft draft;
        draft.from = "bridge";
        draft.to = "haven";
        draft.consent = consent.id;
        draft.slots = every_slot("x");
        ask(broker, bridge, {0, seal_draft(network, draft).submission});
      }
    } catch (const std::exception&) {
      // The broker is gone; what it had answered is what counts.
    }
  }

  std::string wait_for_broker(Traced& broker) {
    for (int i = 0; i < 2000 && broker.running(); ++i) {
      const std::string address = read_text(folder + "/address");
      if (!address.empty()) return address;
      ::usleep(10'000);
    }
    return {};
  }

  void ask(Traced& broker, Client& client, wire::ToBroker frame) {
    const auto request = client.try_send(std::move(frame));
    for (int i = 0; request && i < 200 && broker.running(); ++i) {
      for (const wire::ToAgent& answer : client.take(milliseconds(25))) {
        if (const auto* decided = std::get_if<wire::Decided>(&answer.body)) {
          acknowledged.push_back({decided->message, decided->position});
        } else if (const auto* recorded = std::get_if<wire::Recorded>(&answer.body)) {
          acknowledged.push_back({{}, recorded->position});
        }
        if (answer.request == *request) return;
      }
    }
  }

  // The broker starts again, serves, and its log verifies and holds what was acknowledged.
  void check() {
    if (!fs::exists(folder + "/store/db/CURRENT")) {
      CHECK(acknowledged.empty());
    }
    {
      Broker again(network, folder);
      Client bridge(network, "bridge", again.endpoint());
      bridge.join();
      CHECK(again.stop() == 0);
    }
    const auto source = audit::open_source(folder + "/store");
    REQUIRE(source.has_value());
    const auto trust =
        ledger::TrustPolicy::parse("log " + network.log_key().text() + "\nquorum none\n");
    const auto report = audit::verify(**source, *trust);
    REQUIRE(report.has_value());
    for (const auto& finding : report->findings) FAIL_CHECK(finding.sentence);
    const auto entries = entries_of(folder + "/store");
    for (const Acknowledged& told : acknowledged) {
      REQUIRE(told.position < entries.size());
      if (told.message.is_zero()) continue;
      const auto& part = entries[told.position].part(ledger::PartKind::kRouting);
      REQUIRE(part.has_value());
      CHECK(wire::decode_routing(part->bytes)->message == told.message);
    }
  }
};

// The calls that touch the store: by name, how many times at most in one thread, because that is
// how strace counts.
std::map<std::string, int> calls_of_a_run(bool& traced) {
  World world;
  const std::string trace = world.temp.path() + "/trace";
  {
    Traced broker(world.folder,
                  {"-y", "-s", "256", "-e", "trace=" + joined(kWritePath), "-o", trace});
    world.traffic(broker);
  }
  traced = !read_text(trace).empty() && !world.acknowledged.empty();
  std::map<std::string, std::map<std::string, int>> seen;  // thread, call
  std::map<std::string, int> out;
  const std::regex line(R"((\d+)\s+(\w+)\((.*))");
  std::istringstream lines(read_text(trace));
  for (std::string text; std::getline(lines, text);) {
    std::smatch m;
    if (!std::regex_match(text, m, line)) continue;
    const int nth = ++seen[m[1]][m[2]];
    if (m[3].str().find("/store") == std::string::npos) continue;
    out[m[2]] = std::max(out[m[2]], nth);
  }
  return out;
}

std::vector<std::string> ways_of(const std::string& call) {
  std::vector<std::string> out = {"error=EIO", "error=ENOSPC", "signal=KILL"};
  if (call == "write" || call == "pwrite64") out.push_back("retval=0");  // nothing was written
  return out;
}

// Of all faults the share that the environment asks for, so that several runs divide them.
std::vector<Fault> my_share(std::vector<Fault> faults) {
  const char* const text = std::getenv("SAFECONDUCT_SHARE");
  unsigned mine = 1;
  unsigned of = 1;
  if (text != nullptr) {
    REQUIRE(std::sscanf(text, "%u/%u", &mine, &of) == 2);
    REQUIRE((mine >= 1 && mine <= of));
  }
  std::vector<Fault> out;
  for (std::size_t i = mine - 1; i < faults.size(); i += of) out.push_back(faults[i]);
  return out;
}

void run(const Fault& fault) {
  INFO(fault.call << " " << fault.nth << " " << fault.how);
  World world;
  {
    Traced broker(world.folder, {"-o", "/dev/null", "-e", "trace=" + fault.call, "-e",
                                 "inject=" + fault.call + ":" + fault.how +
                                     ":when=" + std::to_string(fault.nth)});
    world.traffic(broker);
  }
  world.check();
}

}  // namespace

TEST_CASE("No failing or fatal system call loses what was acknowledged") {
  bool traced = false;
  const auto calls = calls_of_a_run(traced);
  if (!traced) {
    WARN("strace is not here, or may not trace: failing system calls were not tried");
    return;
  }
  std::vector<Fault> faults;
  for (const auto& [call, count] : calls) {
    for (int nth = 1; nth <= count; ++nth) {
      for (const std::string& how : ways_of(call)) faults.push_back({call, nth, how});
    }
  }
  REQUIRE(faults.size() > 100);
  if (long_form()) {
    std::map<std::string, int> done;
    faults = my_share(std::move(faults));
    for (const Fault& fault : faults) {
      run(fault);
      ++done[fault.call + " " + fault.how];
    }
    for (const auto& [what, count] : done) std::cout << what << ": " << count << " times\n";
    std::cout << faults.size() << " faults, one at a time\n";
    return;
  }
  std::mt19937_64 random(seed_of("fault injection"));
  std::shuffle(faults.begin(), faults.end(), random);
  const auto start = std::chrono::steady_clock::now();
  std::size_t tried = 0;
  while (tried < faults.size() &&
         std::chrono::steady_clock::now() - start < std::chrono::seconds(15)) {
    run(faults[tried++]);
  }
  std::cout << tried << " of " << faults.size() << " faults tried\n";
}
