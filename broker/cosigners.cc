#include "broker/cosigners.h"

#include "schemas/io/http.h"
#include "schemas/ledger/add_checkpoint.h"
#include "schemas/seal/hash.h"

namespace safeconduct::broker {
namespace {

constexpr Duration kWait = seconds(5);
constexpr std::uint64_t kAnswerBytesMax = 64 * 1024;

struct Place {
  std::string address;
  std::string prefix;
};

Result<Place> place_of(const std::string& url) {
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) {
    return invalid("the witness's URL `" + url +
                   "` is not http://host:port/…; heads and cosignatures are public and prove "
                   "themselves");
  }
  const std::string rest = url.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  Place out{rest.substr(0, slash), rest.substr(slash)};
  while (out.prefix.ends_with('/')) out.prefix.pop_back();
  return out;
}

Result<io::HttpResponse> call(const std::string& url, const std::string& method,
                              const std::string& path, std::string body) {
  TRY(place, place_of(url));
  io::HttpCall call;
  call.address = place.address;
  call.program = "witness";
  call.method = method;
  call.target = place.prefix + path;
  call.body = std::move(body);
  call.content_type = "text/plain";
  call.wait = kWait;
  call.answer_bytes_max = kAnswerBytesMax;
  return io::http_request(call);
}

Result<std::string> fetch(const ledger::Witness& witness, const std::string& origin) {
  const std::string page = "/" + ledger::log_page(origin) + "/checkpoint";
  TRY(answer, call(witness.url, "GET", page, ""));
  if (answer.status == 404) return std::string();
  if (answer.status != 200) return not_found("it answered " + std::to_string(answer.status));
  return answer.body;
}

// What the witness says that it cosigned; nothing of it is believed but what both signed.
Result<ledger::TreeHead> held_by(const CosignerOptions& options, const ledger::Witness& witness,
                                 const std::string& note) {
  const std::array keys = {options.log, witness.key};
  TRY(opened, ledger::open_note(note, keys));
  if (!opened.signed_by(options.log) || !opened.signed_by(witness.key)) {
    return unauthentic("it shows a head that it or the log did not sign");
  }
  TRY(checkpoint, ledger::parse_checkpoint(opened.text()));
  if (checkpoint.origin != options.log.name()) return unauthentic("it shows another log's head");
  return checkpoint.head;
}

void keep_evidence(const std::string& folder, const std::string& name, const std::string& ours,
                   const std::string& theirs) {
  if (!io::make_private_directory(folder)) return;
  const std::string text = "two heads of one log that do not fit each other\n\nwitness " + name +
                           " holds:\n" + theirs + "\nthe broker holds:\n" + ours;
  const std::string sum = to_hex(ByteView(seal::sha256(view_of(text))).first(8));
  const Status kept = io::write_new(folder + "/heads-" + sum + ".txt", view_of(text));
  static_cast<void>(kept);  // the same evidence once is enough
}

}  // namespace

Status check_witnessed(const CosignerOptions& options, const store::Store& store, const Log& log) {
  for (const ledger::Witness& witness : options.policy.witnesses()) {
    if (witness.url.empty()) continue;
    const auto note = fetch(witness, options.log.name());
    if (!note) {
      log.warning("witness " + witness.name + " was not asked: " + note.error().message);
      continue;
    }
    if (note->empty()) continue;
    const auto held = held_by(options, witness, *note);
    if (!held) {
      log.warning("witness " + witness.name + ": " + held.error().message);
      continue;
    }
    bool extends = held->size <= store.size();
    if (extends && held->size > 0) {
      TRY(then, ledger::frontier_at(store, held->size));
      extends = then.root() == held->root;
    }
    if (extends) continue;
    keep_evidence(options.evidence_folder, witness.name, store.published().note, *note);
    return corrupt("witness " + witness.name + " cosigned " + std::to_string(held->size) +
                   " entries that this store of " + std::to_string(store.size()) +
                   " does not hold (a backup or an older copy was put back); this broker will not "
                   "sign a second truth: put the newest store back, or, when it is lost, open a "
                   "new log with --recover. Both heads are kept in `" +
                   options.evidence_folder + "`");
  }
  return {};
}

Cosigners::Cosigners(CosignerOptions options, const Log& log)
    : options_(std::move(options)), log_(log) {
  for (const ledger::Witness& witness : options_.policy.witnesses()) {
    if (!witness.url.empty()) asked_.emplace_back().witness = &witness;
  }
  for (Asked& asked : asked_) asked.thread = std::thread([this, &asked] { work(asked); });
}

Cosigners::~Cosigners() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  for (Asked& asked : asked_) asked.thread.join();
}

std::string Cosigners::cosigned() const {
  const std::lock_guard lock(mutex_);
  return cosigned_;
}

void Cosigners::offer(const store::Store& store, Instant now) {
  if (now < next_round_ && next_round_ - now <= options_.every) return;
  const store::Published& published = store.published();
  const std::lock_guard lock(mutex_);
  if (published.head.size == 0) return;
  const bool idle = std::none_of(asked_.begin(), asked_.end(), [](const Asked& a) {
    return a.busy && !a.silent;  // who does not answer holds nobody up
  });
  const bool lacking = std::any_of(asked_.begin(), asked_.end(),
                                   [&](const Asked& a) { return a.size < published.head.size; });
  if (!idle || !lacking) return;
  next_round_ = now + options_.every;
  ++round_;
  head_ = published.head;
  note_ = published.note;
  lines_.clear();
  for (Asked& asked : asked_) {
    if (asked.busy) continue;
    Job job{round_, asked.size, {}};
    if (asked.size > head_.size) job.old_size = 0;
    if (job.old_size > 0 && job.old_size < head_.size) {
      auto proof = ledger::consistency_proof(store, job.old_size, head_.size);
      if (!proof) continue;
      job.proof = std::move(*proof);
    }
    asked.job = std::move(job);
  }
  wake_.notify_all();
}

void Cosigners::work(Asked& asked) {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [&] { return stop_ || asked.job.has_value(); });
    if (stop_) return;
    const Job job = std::move(*asked.job);
    asked.job.reset();
    asked.busy = true;
    const std::string note = note_;
    const std::uint64_t size = head_.size;
    lock.unlock();
    ask(asked, job, note, size);
    lock.lock();
    asked.busy = false;
  }
}

void Cosigners::ask(Asked& asked, const Job& job, const std::string& note, std::uint64_t size) {
  const ledger::Witness& witness = *asked.witness;
  const auto answer = call(witness.url, "POST", "/add-checkpoint",
                           to_text(ledger::AddCheckpoint{job.old_size, job.proof, note}));
  if (!answer) {
    if (!asked.silent) {
      log_.warning("witness " + witness.name + " does not cosign: " + answer.error().message);
    }
    const std::lock_guard lock(mutex_);
    asked.silent = true;
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    asked.silent = false;
  }
  if (answer->status == 200) return take(asked, job, note, size, answer->body);
  if (answer->status == 409) {
    const std::string& body = answer->body;
    const std::size_t digits = body.find_first_not_of("0123456789");
    const bool number = digits > 0 && digits <= 18 && body.size() <= 20;
    const std::uint64_t held = number ? std::stoull(body) : 0;
    if (number && held > size) {
      const auto theirs = fetch(witness, options_.log.name());
      alarm(witness.name, "holds a larger tree of this log than this broker has", note,
            theirs ? *theirs : body);
    }
    const std::lock_guard lock(mutex_);
    asked.size = held;
    return;
  }
  if (answer->status == 422) {
    const auto theirs = fetch(witness, options_.log.name());
    alarm(witness.name, "holds a head that this log does not extend", note,
          theirs ? *theirs : std::string());
    return;
  }
  log_.warning("witness " + witness.name + " answered " + std::to_string(answer->status));
}

void Cosigners::take(Asked& asked, const Job& job, const std::string& note, std::uint64_t size,
                     const std::string& lines) {
  const ledger::Witness& witness = *asked.witness;
  const auto opened = ledger::open_note(note + lines, {&witness.key, 1});
  if (!opened) {
    log_.warning("witness " + witness.name + " gave no cosignature of its own");
    return;
  }
  std::string whole;
  {
    const std::lock_guard lock(mutex_);
    asked.size = std::max(asked.size, size);
    if (job.round != round_) return;  // too late for the round
    lines_ += lines;
    whole = note_ + lines_;
    if (!options_.policy.open(whole)) return;  // no quorum yet
    cosigned_ = whole;
    // Under the lock, so that an older round never overwrites a newer one.
    const Status kept = io::write_durably(options_.cosigned_path, view_of(whole), 0600);
    if (!kept) log_.warning("cosignatures are not kept: " + kept.error().message);
  }
}

void Cosigners::alarm(const std::string& name, const std::string& what, const std::string& ours,
                      const std::string& theirs) {
  keep_evidence(options_.evidence_folder, name, ours, theirs);
  log_.error("witness " + name + " " + what + "; both heads are kept in `" +
             options_.evidence_folder +
             "`; compare them, and do not trust this log until you know");
}

}  // namespace safeconduct::broker
