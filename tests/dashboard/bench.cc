// bench_dashboard [referrals [snapshot]]: how fast the dashboard reads, restarts and answers with
// many referrals on file, what that takes of memory, and what 500 open browsers take of a core.
// Prints; asserts nothing. `snapshot`: a file that the state is written to, for browser.mjs
// (SAFECONDUCT_SNAPSHOT).
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <random>
#include <thread>

#include "broker/dashboard/projection/snapshot.h"
#include "broker/dashboard/reader.h"
#include "broker/dashboard/views.h"
#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/entry.h"
#include "schemas/wire/parts.h"
#include "schemas/wire/referral_parts.h"
#include "tests/dashboard/ledger_facts.h"
#include "tests/dashboard/raw_browser.h"
#include "tests/dashboard/scene.h"

namespace safeconduct::dashboard_tests {
namespace {

using namespace dashboard;
using Steady = std::chrono::steady_clock;

double ms_since(Steady::time_point start) {
  return std::chrono::duration<double, std::milli>(Steady::now() - start).count();
}

// p50 and p99 of `times` runs, in milliseconds.
void tell(const std::string& what, int times, const std::function<void()>& run) {
  std::vector<double> took;
  for (int i = 0; i < times; ++i) {
    const auto start = Steady::now();
    run();
    took.push_back(ms_since(start));
  }
  std::sort(took.begin(), took.end());
  std::cout << "  " << what << ": n " << times << ", p50 " << took[took.size() / 2] << " ms, p99 "
            << took[took.size() * 99 / 100] << " ms\n";
}

std::size_t resident_mib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) / 1024;
}

constexpr std::uint64_t kPage = 256;

// The pages that a broker would send: about five entries for a referral, 40 agencies.
class Pages final : public ledger::HashReader {
 public:
  explicit Pages(std::uint32_t referrals)
      : log_(seal::SigningKey::generate(random_)), generator_(7) {
    std::vector<std::uint32_t> open;
    for (std::uint32_t n = 0; n < referrals; ++n) {
      now_ = now_ + milliseconds(500);
      submission(n, ledger::EntryKind::kSubmission);
      submission(n, ledger::EntryKind::kDelivery);
      submission(n, ledger::EntryKind::kReceipt);
      if (n % 10 == 0) continue;  // still waits
      moved(n, wire::State::kAccepted);
      moved(n, n % 7 == 0 ? wire::State::kNotDone : wire::State::kDone);
    }
    close_page();
    for (wire::Feed& page : pages_) {
      page.entries.back().inclusion =
          ledger::inclusion_proof(*this, page.next - 1, tree_.size()).value();
    }
  }
  [[nodiscard]] const std::vector<wire::Feed>& pages() const { return pages_; }
  [[nodiscard]] std::uint64_t size() const { return tree_.size(); }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] wire::Checkpoint checkpoint() const {
    return {to_bytes(ledger::sign_checkpoint("bench/log", tree_.head(), log_)), 0, {}};
  }
  [[nodiscard]] ledger::NoteKey key() const {
    return ledger::NoteKey::make("bench/log", ledger::SignatureType::kEd25519, log_.verify_key())
        .value();
  }
  [[nodiscard]] Result<Digest> hash(const ledger::NodeId& node) const override {
    return nodes_.at(node);
  }

 private:
  AgencyId agency(std::uint32_t n) const {
    return Story::agency("agency-" + std::to_string(n % 40));
  }
  void submission(std::uint32_t n, ledger::EntryKind kind) {
    wire::RoutingPart part;
    part.message.bytes = part.referral.bytes = Story::id(n).bytes;
    part.from = agency(n);
    part.to = agency(n / 40 + 1 + n);
    part.purpose = static_cast<std::uint8_t>(1 + n % 28);
    part.urgency = static_cast<std::uint8_t>(1 + n % 5);
    part.basis = 1;
    part.stage = 2;
    part.went_on = true;
    add(kind, encode(part));
  }
  void moved(std::uint32_t n, wire::State state) {
    wire::ReferralPart part;
    part.state = state;
    part.referral = Story::id(n);
    part.from = agency(n);
    part.to = agency(n / 40 + 1 + n);
    part.purpose = static_cast<std::uint8_t>(1 + n % 28);
    part.urgency = static_cast<std::uint8_t>(1 + n % 5);
    part.basis = 1;
    add(ledger::EntryKind::kReferral, encode(part));
  }
  void add(ledger::EntryKind kind, Bytes routing) {
    ledger::Parts parts;
    Digest salt{};
    salt[0] = static_cast<std::uint8_t>(generator_());
    parts[place_of(ledger::PartKind::kRouting)] = ledger::Part{salt, std::move(routing)};
    const auto entry = ledger::make_entry(kind, {tree_.size()}, now_, std::move(parts));
    std::vector<ledger::TreeNode> made;
    tree_.append(leaf_hash(entry.leaf), made);
    for (const auto& node : made) nodes_[node.id] = node.hash;
    wire::EntryView view;
    const auto leaf = encode_leaf(entry.leaf);
    view.leaf.assign(leaf.begin(), leaf.end());
    const auto& part = *entry.part(ledger::PartKind::kRouting);
    view.parts.push_back({2, part.salt, part.bytes});
    page_.entries.push_back(std::move(view));
    if (page_.entries.size() == kPage) close_page();
  }
  void close_page() {
    if (page_.entries.empty()) return;
    page_.next = tree_.size();
    pages_.push_back(std::exchange(page_, {}));
  }

  SystemRandom random_;
  seal::SigningKey log_;
  std::mt19937 generator_;
  Instant now_ = kMorning;
  ledger::Frontier tree_;
  std::map<ledger::NodeId, Digest> nodes_;
  wire::Feed page_;
  std::vector<wire::Feed> pages_;
};

void reading_and_answering(std::uint32_t referrals, const std::string& keep) {
  auto pages = std::make_unique<Pages>(referrals);
  std::cout << referrals << " referrals, " << pages->size() << " entries\n";
  std::vector<Bytes> frames;
  for (const wire::Feed& page : pages->pages()) frames.push_back(encode(wire::ToAgent{0, page}));
  Reader reader(pages->key(), {}, {});
  if (!reader.take(pages->checkpoint())) throw std::runtime_error("no checkpoint");
  const std::size_t before = resident_mib();
  Board board{Projection()};
  auto start = Steady::now();
  for (const Bytes& frame : frames) {
    const auto decoded = wire::decode_to_agent(frame);
    const auto facts = reader.take(std::get<wire::Feed>(decoded->body));
    if (!facts) throw std::runtime_error(facts.error().message);
    board.apply(*facts);
  }
  const double took = ms_since(start);
  std::cout << "  read, verified and put on the board: "
            << static_cast<std::uint64_t>(static_cast<double>(pages->size()) / took * 1000)
            << " entries/s, " << resident_mib() - before << " MiB more\n";
  const Instant now = pages->now();
  const std::uint64_t entries = pages->size();
  pages.reset();
  Bytes snapshot;
  board.look([&](const Projection& projection, const Feed&) {
    snapshot = encode(Snapshot{reader.tree(), reader.note(), projection});
    tell("first view: tiles and who is late", 30, [&] {
      static_cast<void>(tiles_view(projection, {true, {}}, now).dump());
      static_cast<void>(
          list_view(projection, {true, {}}, parse_target("/?tile=overdue").value(), now)
              .value()
              .dump());
    });
    for (const std::string query :
         {"/?order=changed", "/?tile=awaiting&order=due", "/?to=agency-3&urgency=soon",
          "/?purpose=legal_advice&since=2026-11-18&page=3", "/?id=a0",
          "/?state=done&order=opened"}) {
      tell("list " + query, 30, [&] {
        static_cast<void>(
            list_view(projection, {true, {}}, parse_target(query).value(), now).value().dump());
      });
    }
    const Target year = parse_target("/?days=365").value();
    tell("matrix of a year", 20, [&] {
      static_cast<void>(matrix_view(projection, {true, {}}, year, now).value().dump());
    });
    tell("trends of a year", 20, [&] {
      static_cast<void>(trends_view(projection, {true, {}}, year, now).value().dump());
    });
    tell("monthly report", 20, [&] {
      static_cast<void>(
          report_view(projection, {true, {}}, parse_target("/").value(), now).value().dump());
    });
    return 0;
  });
  if (!keep.empty() && !io::write_durably(keep, snapshot)) throw std::runtime_error("not kept");
  start = Steady::now();
  if (!decode_snapshot(snapshot)) throw std::runtime_error("the snapshot is odd");
  const double restart = ms_since(start);
  std::cout << "  restart from a snapshot of " << snapshot.size() / 1024 << " KiB: " << restart
            << " ms, " << static_cast<std::uint64_t>(static_cast<double>(entries) / restart * 1000)
            << " entries/s\n";
}

// 500 browsers that listen while referrals are made: what the dashboard takes of one core.
void open_browsers(int browsers, int seconds_long) {
  Scene scene;
  const std::string link = scene.link("ana");
  const Json body = {{"link", link.substr(link.find('#') + 1)}};
  const Answer entered = post(scene.port(), "/api/sign-in", body.dump());
  std::vector<std::unique_ptr<RawBrowser>> all;
  for (int i = 0; i < browsers; ++i) {
    all.push_back(std::make_unique<RawBrowser>(scene.port()));
    all.back()->say("GET /api/events HTTP/1.1\r\nHost: localhost:" + std::to_string(scene.port()) +
                    "\r\nCookie: " + entered.cookie() + "\r\n\r\n");
  }
  for (auto& browser : all) static_cast<void>(browser->hear("event: state", 10));
  const auto start = Steady::now();
  const double cpu = scene.dashboard().cpu_us();
  int made = 0;
  while (ms_since(start) < seconds_long * 1000.0) {
    scene.refer({});
    ++made;
  }
  const double took = ms_since(start);
  std::cout << browsers << " open browsers, " << made * 5 * 1000 / static_cast<int>(took)
            << " entries/s: " << (scene.dashboard().cpu_us() - cpu) / took / 10
            << " % of one core, " << scene.dashboard().resident_kib() / 1024 << " MiB resident\n";
}

}  // namespace
}  // namespace safeconduct::dashboard_tests

int main(int argc, char** argv) {
  using namespace safeconduct::dashboard_tests;
  const auto referrals = static_cast<std::uint32_t>(argc > 1 ? std::atoi(argv[1]) : 100'000);
  try {
    reading_and_answering(referrals, argc > 2 ? argv[2] : "");
    open_browsers(500, 10);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
