#include "broker/dashboard/witness_watch.h"

#include <algorithm>
#include <chrono>

#include "schemas/io/http.h"
#include "schemas/ledger/add_checkpoint.h"

namespace safeconduct::dashboard {
namespace {

constexpr std::uint64_t kNoteMax = 64 * 1024;
constexpr Duration kWait = seconds(5);

Word word_of(const ledger::TreeHead& head, const std::deque<ledger::TreeHead>& read) {
  const auto at =
      std::lower_bound(read.begin(), read.end(), head.size,
                       [](const ledger::TreeHead& one, std::uint64_t n) { return one.size < n; });
  if (at == read.end()) return Word::kAhead;
  if (at->size != head.size) return Word::kEarlier;
  return at->root == head.root ? Word::kConfirms : Word::kContradicts;
}

// Over plain HTTP too: what is asked for is public, and proves itself.
Result<io::HttpResponse> fetch(const std::string& url, const std::string& page) {
  constexpr std::string_view kPlain = "http://";
  if (!url.starts_with(kPlain)) {
    io::HttpFetch secure;
    secure.url = url + page;
    secure.wait = kWait;
    secure.answer_bytes_max = kNoteMax;
    return io::http_fetch(secure);
  }
  const std::string place = url.substr(kPlain.size());
  const std::size_t slash = std::min(place.find('/'), place.size());
  io::HttpCall plain;
  plain.address = place.substr(0, slash);
  plain.program = "witness";
  plain.target = place.substr(slash) + page;
  plain.wait = kWait;
  plain.answer_bytes_max = kNoteMax;
  return io::http_request(plain);
}

// Empty when it does not answer.
std::string ask(const ledger::Witness& witness, const std::string& origin) {
  std::string url = witness.url;
  while (url.ends_with('/')) url.pop_back();
  const auto answer = fetch(url, "/" + ledger::log_page(origin) + "/checkpoint");
  return answer && answer->status == 200 ? answer->body : std::string();
}

}  // namespace

std::string_view name(Word word) {
  switch (word) {
    case Word::kSilent:
      return "silent";
    case Word::kEarlier:
      return "earlier";
    case Word::kAhead:
      return "ahead";
    case Word::kConfirms:
      return "confirms";
    case Word::kContradicts:
      return "contradicts";
  }
  return "silent";
}

Watched judge_witnesses(const ledger::TrustPolicy& policy, const ledger::NoteKey& log,
                        const std::vector<WitnessNote>& notes,
                        const std::deque<ledger::TreeHead>& read) {
  Watched out;
  std::vector<ledger::Signatory> confirm;
  for (const WitnessNote& said : notes) {
    WitnessWord& one = out.witnesses.emplace_back();
    one.witness = said.witness->key.name();
    const auto opened = policy.open_unwitnessed(said.note);
    if (!opened || opened->checkpoint.origin != log.name()) continue;
    for (const ledger::Signatory& signatory : opened->signatories) {
      if (!(signatory.key == said.witness->key)) continue;
      one.size = opened->checkpoint.head.size;
      one.at = {static_cast<std::int64_t>(signatory.time_s.value_or(0)) * 1000};
      one.word = word_of(opened->checkpoint.head, read);
      if (one.word == Word::kConfirms) confirm.push_back(signatory);
    }
  }
  out.enough = policy.asks_for_witnesses() && policy.is_quorum(confirm);
  return out;
}

WitnessWatch::WitnessWatch(ledger::TrustPolicy policy, std::string text, ledger::NoteKey log,
                           Duration every, const Log& output)
    : policy_(std::move(policy)),
      text_(std::move(text)),
      log_(std::move(log)),
      every_(every),
      output_(output),
      thread_([this] { work(); }) {}

WitnessWatch::~WitnessWatch() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void WitnessWatch::read(const ledger::TreeHead& head) {
  const std::lock_guard lock(mutex_);
  if (head.size == 0 || (!read_.empty() && read_.back().size >= head.size)) return;
  read_.push_back(head);
  if (read_.size() > kHeadsMax) read_.pop_front();
}

std::shared_ptr<const Watched> WitnessWatch::watched() const {
  const std::lock_guard lock(mutex_);
  return watched_;
}

void WitnessWatch::work() {
  for (;;) {
    round();
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, std::chrono::milliseconds(every_.ms), [this] { return stop_; });
    if (stop_) return;
  }
}

void WitnessWatch::round() {
  std::vector<WitnessNote> notes;
  for (const ledger::Witness& witness : policy_.witnesses()) {
    notes.push_back({&witness, witness.url.empty() ? std::string() : ask(witness, log_.name())});
    const std::lock_guard lock(mutex_);
    if (stop_) return;
  }
  const std::lock_guard lock(mutex_);
  auto now = std::make_shared<Watched>(judge_witnesses(policy_, log_, notes, read_));
  now->policy = text_;
  if (watched_ && *watched_ == *now) return;
  for (std::size_t i = 0; i < now->witnesses.size(); ++i) {
    const WitnessWord& one = now->witnesses[i];
    if (watched_ && watched_->witnesses[i].word == one.word) continue;
    const std::string said = "the witness `" + one.witness + "` " + std::string(name(one.word)) +
                             " at " + std::to_string(one.size) + " entries";
    if (one.word == Word::kContradicts) {
      output_.error(said + ": " + notes[i].note);
    } else {
      output_.info(said);
    }
  }
  watched_ = std::move(now);
}

}  // namespace safeconduct::dashboard
