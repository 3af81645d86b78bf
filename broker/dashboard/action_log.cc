#include "broker/dashboard/action_log.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "schemas/base/codec.h"
#include "schemas/io/file.h"

namespace safeconduct::dashboard {
namespace {

constexpr std::size_t kFileBytesMax = 4 * 1024 * 1024;
constexpr std::string_view kLabel = "safeconduct/1 dashboard actions";
constexpr std::uint64_t kFirstTicket = 1'000;  // below: the follower's own requests

}  // namespace

ActionLog::ActionLog(AgencyId observer, seal::SigningKey key, std::string path, const Clock& clock,
                     Random& random, const Log& log)
    : observer_(std::move(observer)),
      key_(std::move(key)),
      path_(std::move(path)),
      clock_(clock),
      random_(random),
      log_(log),
      next_ticket_(kFirstTicket) {}

void ActionLog::load() {
  const auto bytes = io::read_private_file(path_, kFileBytesMax);
  if (!bytes) return;
  ByteReader in(*bytes);
  in.label(kLabel);
  const std::lock_guard lock(mutex_);
  on_disk_ = true;
  while (in.remaining() > 0 && !in.failed()) {
    Bytes body = to_bytes(in.blob(kFileBytesMax));
    if (wire::decode_operator_action(body)) pending_.push_back({next_ticket_++, body, false});
  }
  if (in.failed()) log_.warning("the list of unsent actions was cut short; what was read is sent");
}

std::uint64_t ActionLog::add(const What& what) {
  wire::OperatorAction action;
  action.id.bytes = random_.array<16>();
  action.recorded_by = observer_;
  action.who = what.who;
  action.what = what.action;
  action.position = what.position;
  action.referral = what.referral;
  action.at = clock_.now();
  std::function<void()> wake;
  std::uint64_t ticket = 0;
  {
    const std::lock_guard lock(mutex_);
    if (pending_.size() >= kWaitingMax) {
      log_.error("too many actions wait for the broker; the oldest is not recorded");
      pending_.pop_front();
    }
    ticket = next_ticket_++;
    pending_.push_back({ticket, wire::encode(action), false});
    dirty_ = true;
    wake = wake_;
  }
  if (wake) wake();
  return ticket;
}

bool ActionLog::wait_until_recorded(std::uint64_t ticket, Duration wait) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::milliseconds(wait.ms), [&] {
    return std::none_of(pending_.begin(), pending_.end(),
                        [&](const Pending& pending) { return pending.ticket == ticket; });
  });
}

std::size_t ActionLog::waiting() const {
  const std::lock_guard lock(mutex_);
  return pending_.size();
}

void ActionLog::when_added(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

std::vector<wire::ToBroker> ActionLog::unsent() {
  const std::lock_guard lock(mutex_);
  std::vector<wire::ToBroker> frames;
  for (Pending& pending : pending_) {
    if (std::exchange(pending.sent, true)) continue;
    wire::SignedRecord record;
    record.kind = wire::RecordKind::kOperatorAction;
    record.body = pending.body;
    record.key = key_.id();
    record.signature = key_.sign(wire::signed_bytes(wire::kRecordSignatureLabel, pending.body));
    frames.push_back({pending.ticket, std::move(record)});
  }
  return frames;
}

void ActionLog::connection_lost() {
  const std::lock_guard lock(mutex_);
  for (Pending& pending : pending_) pending.sent = false;
}

void ActionLog::drop(std::uint64_t ticket) {
  std::erase_if(pending_, [&](const Pending& pending) { return pending.ticket == ticket; });
  dirty_ = true;
  changed_.notify_all();
}

void ActionLog::recorded(std::uint64_t ticket) {
  const std::lock_guard lock(mutex_);
  drop(ticket);
}

void ActionLog::refused(std::uint64_t ticket, const std::string& why, bool later) {
  const std::lock_guard lock(mutex_);
  if (!later) {
    log_.warning("the broker did not record an action: " + why);
    return drop(ticket);
  }
  for (Pending& pending : pending_) {
    if (pending.ticket == ticket) pending.sent = false;
  }
}

void ActionLog::save() {
  ByteWriter out;
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(dirty_, false)) return;
    if (pending_.empty()) {
      if (std::exchange(on_disk_, false)) ::unlink(path_.c_str());
      return;
    }
    out.label(kLabel);
    for (const Pending& pending : pending_) out.blob(pending.body);
    on_disk_ = true;
  }
  const Status written = io::write_durably(path_, out.bytes());
  if (!written) log_.error(written.error().message);
}

}  // namespace safeconduct::dashboard
