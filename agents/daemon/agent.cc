#include "agents/daemon/agent.h"

#include <algorithm>

#include "agents/daemon/place.h"

namespace safeconduct::agent {
namespace {

constexpr Duration kCardRetry = minutes(5);
constexpr Duration kQuietDefault = seconds(1);
constexpr std::size_t kNoteAnswersMax = 64;

bool store_failed(const Status& status) {
  return !status &&
         (status.error().code == ErrorCode::kIo || status.error().code == ErrorCode::kCorrupt);
}

bool is_push_back(const wire::Problem& problem) {
  return problem.code == ErrorCode::kOverloaded || problem.code == ErrorCode::kUnavailable ||
         problem.code == ErrorCode::kIo;
}

}  // namespace

Agent::Agent(Desk& desk, Records records, Keyring keyring)
    : desk_(desk),
      records_(std::move(records)),
      keyring_(std::move(keyring)),
      consents_(desk, records_) {}

Result<std::unique_ptr<Agent>> Agent::open(Desk& desk, const std::string& sealing_folder) {
  desk.book.advance(desk.now());
  TRY(records, Records::load(desk.store));
  TRY(keyring, Keyring::load(sealing_folder, desk.store));
  std::unique_ptr<Agent> agent(new Agent(desk, std::move(records), std::move(keyring)));
  TRY(outbox, Outbox::load(desk, agent->consents_, agent->records_));
  agent->outbox_ = std::move(outbox);
  TRY(inbox, Inbox::load(desk, agent->keyring_));
  agent->inbox_ = std::move(inbox);
  TRY(services, ServiceBook::load(desk.store));
  agent->services_ = std::move(services);
  agent->referrals_.emplace(desk, agent->records_, *agent->outbox_, *agent->inbox_);
  return agent;
}

// --- the link

void Agent::connected() {
  disconnected();
  phase_ = Phase::kHello;
  desk_.port.send(wire::Hello{wire::kProtocol, "safeconduct-agent 0.1.0", desk_.book.head().size});
}

void Agent::disconnected() {
  phase_ = Phase::kOffline;
  desk_.port.frames().clear();
  records_.connection_ended();
  outbox_->connection_ended();
  inbox_->connection_ended();
}

void Agent::break_session(const std::string& why) {
  desk_.problems.add("the connection was ended: " + why);
  session_broken_ = true;
  disconnected();
}

Status Agent::receive(const std::vector<wire::ToAgent>& frames) {
  Change change(desk_.store);
  for (const wire::ToAgent& frame : frames) {
    if (phase_ == Phase::kOffline) break;
    const Status status = on_frame(change, frame);
    if (store_failed(status)) return status;
    if (!status) break_session(status.error().message);
  }
  TRY_OK(inbox_->retry(change));
  TRY_OK(inbox_->sign(change));
  TRY_OK(change.commit());
  referrals_->committed();
  return work();
}

Status Agent::receive_directly(const AgencyId& from, ByteView sealed) {
  Change change(desk_.store);
  const Status status = inbox_->take_direct(change, from, sealed);
  if (store_failed(status)) return status;
  if (!status) desk_.problems.add("what `" + from.text() + "` brought: " + status.error().message);
  TRY_OK(inbox_->sign(change));
  TRY_OK(change.commit());
  return work();
}

Status Agent::on_frame(Change& change, const wire::ToAgent& frame) {
  struct Visit {
    Agent& self;
    Change& change;
    std::uint64_t request;
    Status operator()(const wire::Welcome& w) const { return self.on_welcome(change, w); }
    Status operator()(const wire::Checkpoint& c) const { return self.on_checkpoint(change, c); }
    Status operator()(const wire::Feed& f) const { return self.on_feed(change, f); }
    Status operator()(const wire::Delivery& d) const { return self.inbox_->take(change, d); }
    Status operator()(const wire::Decided& d) const { return self.outbox_->decided(change, d); }
    Status operator()(const wire::Recorded& r) const {
      return self.on_recorded(change, request, r.position);
    }
    Status operator()(const wire::Problem& p) const { return self.on_problem(change, request, p); }
  };
  if (phase_ == Phase::kHello && !std::holds_alternative<wire::Welcome>(frame.body) &&
      !std::holds_alternative<wire::Problem>(frame.body)) {
    return invalid("the broker spoke before it said welcome");
  }
  return std::visit(Visit{*this, change, frame.request}, frame.body);
}

Status Agent::on_welcome(Change& change, const wire::Welcome& welcome) {
  if (phase_ != Phase::kHello) return invalid("the broker said welcome twice");
  if (welcome.protocol != wire::kProtocol) {
    return Error{ErrorCode::kUnsupported, "the broker speaks protocol " +
                                              std::to_string(welcome.protocol) +
                                              ", this agent speaks 1; upgrade one of the two"};
  }
  if (!welcome.directory.empty()) {
    TRY(changed, desk_.book.take_origin(change, welcome.directory));
    if (changed) TRY_OK(send_all_again(change));
  }
  TRY_OK(on_checkpoint(change, welcome.checkpoint));
  if (fork_) return {};
  desk_.ahead = welcome.broker_time - desk_.clock.now();
  read_up_to_ = desk_.book.head().size;
  reading_since_ = desk_.clock.now();
  phase_ = Phase::kReading;
  desk_.port.send(wire::Subscribe{desk_.book.feed_next()});
  return {};
}

// The new log knows nothing: cards, consents and what was not received go to it again.
Status Agent::send_all_again(Change& change) {
  desk_.problems.add("the network lost its log and opened `" + desk_.book.trust().log.name() +
                     "`, as its authority signed; what was on its way is sent again");
  keyring_.send_again();
  TRY_OK(consents_.send_again(change));
  return outbox_->send_again(change);
}

Status Agent::on_checkpoint(Change& change, const wire::Checkpoint& checkpoint) {
  const Bytes known = desk_.book.head_note();
  Status status = desk_.book.take_checkpoint(change, checkpoint);
  if (status || status.error().code != ErrorCode::kConflict) return status;
  fork_ = ForkEvidence{known, checkpoint.note};
  return unauthentic(status.error().message);
}

Status Agent::on_feed(Change& change, const wire::Feed& feed) {
  for (const wire::EntryView& view : feed.entries) TRY_OK(on_entry(change, view));
  if (feed.next > desk_.book.head().size) return invalid("the feed goes beyond the broker's head");
  desk_.book.read_up_to(change, feed.next);
  return {};
}

// What does not verify ends the session; what verifies and makes no sense is told and passed over,
// or the agent would stop at it for ever.
Status Agent::on_entry(Change& change, const wire::EntryView& view) {
  TRY(entry, desk_.book.prove(view));
  const auto pass = [&](const Status& status) -> Status {
    if (store_failed(status)) return status;
    if (!status) {
      desk_.problems.add("entry " + std::to_string(entry.leaf.position.value) + ": " +
                         status.error().message);
    }
    return {};
  };
  const auto taken = desk_.book.take_entry(change, entry);
  TRY_OK(pass(taken ? Status() : Status(taken.error())));
  TRY_OK(pass(services_.take_entry(change, desk_.book, entry)));
  TRY_OK(pass(outbox_->take_entry(change, entry)));
  TRY_OK(pass(referrals_->take_entry(change, entry)));
  return pass(inbox_->take_entry(change, entry));
}

Status Agent::on_recorded(Change& change, std::uint64_t request, std::uint64_t position) {
  if (inbox_->receipt_answered(change, request)) return {};
  const auto record = records_.finish(change, request);
  if (!record) return {};
  switch (record->kind) {
    case wire::RecordKind::kConsent:
    case wire::RecordKind::kWithdrawal:
      return consents_.recorded(change, *record, position);
    case wire::RecordKind::kSealingCard:
      keyring_.recorded(record->counter);
      return {};
    case wire::RecordKind::kDirectory:
    case wire::RecordKind::kPolicy:
    case wire::RecordKind::kMove:
    case wire::RecordKind::kRequest:
    case wire::RecordKind::kDeletion:
    case wire::RecordKind::kException:
    case wire::RecordKind::kExclusion:
    case wire::RecordKind::kCapacity:
    case wire::RecordKind::kUnmetNeed:
    case wire::RecordKind::kQuestion:
    case wire::RecordKind::kServiceProfile:
      note_answers_[record->seq] = {position, {}};
      return {};
    case wire::RecordKind::kOperatorAction:
    case wire::RecordKind::kRetention:
    case wire::RecordKind::kHold:
    case wire::RecordKind::kHoldLifted:
      return {};  // agents send none
  }
  return {};
}

Status Agent::on_problem(Change& change, std::uint64_t request, const wire::Problem& problem) {
  const Error why{problem.code, problem.message};
  MessageId about = problem.about;
  if (about.is_zero()) about = outbox_->asked_by(request).value_or(MessageId());
  if (is_push_back(problem)) {
    const Duration pause =
        problem.retry_after_ms > 0 ? milliseconds(problem.retry_after_ms) : kQuietDefault;
    quiet_until_ = desk_.clock.now() + std::min(pause, minutes(1));
    if (!about.is_zero()) outbox_->put_off(about);
    static_cast<void>(records_.put_off(request) || inbox_->put_off(request));
    return {};
  }
  if (phase_ == Phase::kHello) return Error{problem.code, problem.message};
  if (inbox_->receipt_answered(change, request)) {
    desk_.problems.add("the broker refused a receipt: " + problem.message);
    return {};
  }
  if (const auto record = records_.finish(change, request)) {
    return on_record_refused(change, *record, why);
  }
  if (!about.is_zero()) {
    desk_.problems.add("the broker refused `" + about.text() + "`: " + problem.message);
    return outbox_->not_understood(change, about);
  }
  desk_.problems.add("the broker said: " + problem.message);
  return {};
}

Status Agent::on_record_refused(Change& change, const Outgoing& record, const Error& why) {
  switch (record.kind) {
    case wire::RecordKind::kConsent:
    case wire::RecordKind::kWithdrawal:
      if (record.kind == wire::RecordKind::kWithdrawal) {
        desk_.problems.add("a withdrawal was refused: " + why.message);
      }
      return consents_.refused(change, record, why.message);
    case wire::RecordKind::kSealingCard:
      desk_.problems.add("our sealing card was refused: " + why.message);
      keyring_.refused(record.counter, desk_.now() + kCardRetry);
      return {};
    case wire::RecordKind::kDirectory:
    case wire::RecordKind::kPolicy:
    case wire::RecordKind::kMove:
    case wire::RecordKind::kRequest:
    case wire::RecordKind::kDeletion:
    case wire::RecordKind::kException:
    case wire::RecordKind::kExclusion:
    case wire::RecordKind::kCapacity:
    case wire::RecordKind::kUnmetNeed:
    case wire::RecordKind::kQuestion:
    case wire::RecordKind::kServiceProfile:
      note_answers_[record.seq] = {{}, why};
      return {};
    case wire::RecordKind::kOperatorAction:
    case wire::RecordKind::kRetention:
    case wire::RecordKind::kHold:
    case wire::RecordKind::kHoldLifted:
      return {};
  }
  return {};
}

// --- time

Status Agent::tick() {
  desk_.book.advance(desk_.now());
  Change change(desk_.store);
  TRY_OK(keyring_.destroy_old(desk_, change));
  if (phase_ == Phase::kServing) TRY_OK(keyring_.publish(desk_, records_, change));
  TRY_OK(outbox_->end_content(change));
  TRY_OK(inbox_->end_content(change));
  TRY_OK(referrals_->tick(change));
  TRY_OK(inbox_->retry(change));
  TRY_OK(inbox_->sign(change));
  TRY_OK(change.commit());
  outbox_->resend_unanswered();
  while (note_answers_.size() > kNoteAnswersMax) note_answers_.erase(note_answers_.begin());
  return work();
}

void Agent::serve_when_read() {
  if (phase_ != Phase::kReading || !desk_.book.directory()) return;
  const bool read = desk_.book.feed_next() >= read_up_to_;
  if (!read && desk_.clock.now() < reading_since_ + kFeedMax) return;
  phase_ = Phase::kServing;
  desk_.port.send(wire::Credit{kCreditWindow, desk_.book.head().size});
}

Status Agent::work() {
  const bool was_reading = phase_ == Phase::kReading;
  serve_when_read();
  if (phase_ != Phase::kServing) return {};
  if (was_reading) {  // a sender that waits for our key need not wait for the next tick
    Change change(desk_.store);
    TRY_OK(keyring_.publish(desk_, records_, change));
    TRY_OK(change.commit());
  }
  TRY_OK(inbox_->send_receipts());
  if (const std::uint32_t more = inbox_->dealt_with(); more > 0) {
    desk_.port.send(wire::Credit{more, desk_.book.head().size});
  }
  if (desk_.clock.now() < quiet_until_) return {};
  records_.pump(desk_);
  TRY_OK(outbox_->pump());
  return {};
}

// --- people and applications

Result<Consent> Agent::withdraw(const ConsentId& id, std::uint32_t categories) {
  Change change(desk_.store);
  TRY(consent, consents_.withdraw(change, id, categories));
  if (categories == 0) TRY_OK(outbox_->consent_withdrawn(change, id));
  TRY_OK(change.commit());
  return consent;
}

Status Agent::withdraw_received(const MessageId& message, std::uint32_t categories) {
  TRY(item, inbox_->find(message));
  if (item.rejection != 0) return not_found("message `" + message.text() + "` was not accepted");
  wire::Withdrawal withdrawal;
  withdrawal.message = message;
  withdrawal.recorded_by = desk_.self;
  withdrawal.categories = categories;
  withdrawal.at = desk_.now();
  Outgoing record;
  record.kind = wire::RecordKind::kWithdrawal;
  record.body = wire::encode(withdrawal);
  record.message = message;
  Change change(desk_.store);
  records_.add(desk_, change, std::move(record));
  return change.commit();
}

Result<std::uint64_t> Agent::say(Change& change, const wire::ReferralRecord& record) {
  if (const auto* exclusion = std::get_if<wire::ExclusionRecord>(&record)) {
    TRY_OK(ServiceBook::exclude(change, *exclusion));
  }
  const std::uint64_t ticket = referrals_->say(change, record);
  TRY_OK(change.commit());
  return ticket;
}

Result<RequestId> Agent::ask(const wire::RequestRecord& request, const std::string& inquiry) {
  Change change(desk_.store);
  TRY(asked, referrals_->ask(change, request, inquiry));
  TRY_OK(change.commit());
  referrals_->committed();
  return asked.id;
}

Result<std::uint64_t> Agent::hand_in(wire::RecordKind kind, Bytes note) {
  Outgoing record;
  record.kind = kind;
  record.body = std::move(note);
  Change change(desk_.store);
  const std::uint64_t ticket = records_.add(desk_, change, std::move(record));
  TRY_OK(change.commit());
  return ticket;
}

std::optional<Agent::NoteAnswer> Agent::note_answer(std::uint64_t ticket) const {
  const auto found = note_answers_.find(ticket);
  return found == note_answers_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace safeconduct::agent
