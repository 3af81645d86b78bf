#include "broker/loop.h"

#include <algorithm>

#include "broker/loop_tick.h"
#include "broker/memory.h"
#include "schemas/base/limits.h"

namespace safeconduct::broker {
namespace {

constexpr Duration kIdleWait = milliseconds(250);
constexpr Duration kTimersEvery = milliseconds(250);
constexpr Duration kClockBack = seconds(2);  // further back than any correction in passing
constexpr std::size_t kReadBack = 32;        // entries each time
constexpr std::size_t kDuePerTick = 256;
constexpr std::size_t kBusyFrames = 32;

}  // namespace

Loop::Loop(LoopParts parts)
    : parts_(std::move(parts)), verifier_(parts_.verify_helpers), read_back_(parts_.store) {
  last_entry_at_ = parts_.clock.now();
}

Status Loop::run(const std::atomic<bool>& stop) {
  while (!stop.load()) TRY_OK(tick(busy() ? Duration{0} : kIdleWait));
  return parts_.store.settle();
}

void Loop::put_note(OperatorNote note) {
  {
    const std::lock_guard lock(notes_mutex_);
    notes_.push_back(std::move(note));
  }
  parts_.router.waker()->wake();
}

// Something can go on without a new frame: frames were taken ahead, a feed lags, or mail for a peer
// with credit.
bool Loop::busy() const {
  if (standings_changed_ || !ahead_.frames.empty()) return true;
  const auto& peers = peers_.all();
  return std::any_of(peers.begin(), peers.end(), [&](const Peer& peer) {
    if (parts_.core.knowledge().active(peer.agency) == nullptr) return false;
    const bool lags = peer.subscribed && peer.at.feed_next < parts_.store.size();
    return lags || (peer.credit > 0 && peer.may_have_mail);
  });
}

Status Loop::tick(Duration wait) {
  if (ahead_.frames.empty()) TRY_OK(take_frames(wait));
  verifier_.finish();
  Ahead now = std::exchange(ahead_, {});
  TRY_OK(take_frames(Duration{0}));
  Tick tick(parts_.store, parts_.clock.now(), parts_.core.next_position());
  take_operator_note(tick);
  for (std::size_t i = 0; i < now.messages.size(); ++i) {
    TRY_OK(handle(tick, now.frames[now.messages[i].frame], std::move(now.checked[i])));
  }
  TRY_OK(apply_timers(tick));
  TRY_OK(withhold_from_suspended(tick));
  TRY_OK(deliver(tick));
  TRY_OK(commit(tick));
  TRY_OK(send_all(tick));
  if (ahead_.frames.empty()) TRY_OK(parts_.store.settle());
  when_quiet(now.frames.size());
  return {};
}

// What busy ticks took goes back to the system when it has become quiet.
void Loop::when_quiet(std::size_t frames) {
  if (frames >= kBusyFrames) was_busy_ = true;
  if (frames > 0 || !was_busy_) return;
  give_memory_back();
  was_busy_ = false;
}

Status Loop::take_frames(Duration wait) {
  TRY_OK(parts_.router.receive(wait, {}, ahead_.frames));
  lay_out_messages();
  ahead_.checked.resize(ahead_.messages.size());
  ahead_.keyring = parts_.keyrings.get();
  verifier_.start(ahead_.messages.size(), [this](std::size_t i) { check_message(i); });
  return {};
}

void Loop::lay_out_messages() {
  for (std::size_t i = 0; i < ahead_.frames.size(); ++i) {
    ByteView frame = ahead_.frames[i].payload.view();
    if (reinterpret_cast<std::uintptr_t>(frame.data()) % alignof(std::uint64_t) != 0) {
      frame = ahead_.copies.emplace_back(to_bytes(frame));
    }
    const auto messages = wire::messages_in(frame);
    if (!messages) ahead_.messages.push_back({i, {}});
    if (!messages) continue;
    for (const ByteView message : *messages) ahead_.messages.push_back({i, message});
  }
}

void Loop::check_message(std::size_t index) {
  const Ahead::Message& message = ahead_.messages[index];
  auto authentic = authenticate(ahead_.frames[message.frame], message.bytes);
  Checked& checked = ahead_.checked[index];
  if (authentic) {
    checked = check(*authentic, *ahead_.keyring, roots_);
  } else {
    checked.what = Refused{wire::Verdict::kMalformed, std::move(authentic).error(), {}};
  }
}

Result<core::Answer> Loop::apply(Tick& tick, const core::Command& command) {
  core::Outcome outcome = parts_.core.apply(tick.overlay, command, tick.now);
  TRY_OK(tick.bodies.take(outcome.bodies));
  for (core::Emitted& emitted : outcome.entries) tick.entries.push_back(std::move(emitted));
  for (core::Pruned& pruned : outcome.prunings) parts_.store.also_prune(std::move(pruned));
  return std::move(outcome.answer);
}

Status Loop::handle(Tick& tick, const io::RouterFrame& frame, Checked checked) {
  const auto agency = AgencyId::parse(frame.agency);
  if (!agency) return {};
  Peer& peer = peers_.of(frame.routing_id, *agency);
  const std::uint64_t request = checked.request;
  // Standing is asked on every frame: a connection outlives a suspension.
  if (parts_.core.knowledge().active(*agency) == nullptr) {
    answer(tick, peer, request,
           Error{ErrorCode::kForbidden,
                 "this agency is not in good standing in the directory; ask the network"});
    return {};
  }
  if (auto* hello = std::get_if<wire::Hello>(&checked.what)) {
    greet(tick, peer, request, *hello);
    return {};
  }
  if (auto* credit = std::get_if<wire::Credit>(&checked.what)) {
    const std::uint32_t more = std::min(credit->deliveries, limits::kCreditMax);
    // None: the agent is leaving. What would be given to it now would count as disclosed.
    peer.credit = more == 0 ? 0 : std::min(limits::kCreditMax, peer.credit + more);
    peer.may_have_mail = true;
    return {};
  }
  if (auto* subscribe = std::get_if<wire::Subscribe>(&checked.what)) {
    peer.subscribed = true;
    peer.at.feed_next = peer.sent.feed_next = subscribe->from;
    return {};
  }
  if (auto* submission = std::get_if<VerifiedSubmission>(&checked.what)) {
    return apply_submission(tick, peer, request, std::move(*submission));
  }
  if (auto* refused = std::get_if<Refused>(&checked.what)) {
    TRY_OK(apply(tick, core::RefuseFrame{*agency, refused->verdict, refused->error.message}));
    answer(tick, peer, request, std::move(refused->error), refused->about);
    return {};
  }
  return apply_record(tick, peer, request, std::move(checked));
}

Status Loop::apply_record(Tick& tick, Peer& peer, std::uint64_t request, Checked checked) {
  core::Command command = core::Heartbeat{};
  MessageId about;
  const auto take = [&](auto& what) {
    using What = std::decay_t<decltype(what)>;
    if constexpr (std::is_constructible_v<core::Command, What>) command = std::move(what);
  };
  std::visit(take, checked.what);
  if (const auto* receipt = std::get_if<core::TakeReceipt>(&command)) {
    about = receipt->receipt.message;
  }
  TRY(result, apply(tick, command));
  const bool network = std::holds_alternative<core::PutDirectory>(command);
  tick.new_directory = tick.new_directory || (network && !std::holds_alternative<Error>(result));
  answer(tick, peer, request, result, about);
  return {};
}

Status Loop::apply_submission(Tick& tick, Peer& peer, std::uint64_t request,
                              VerifiedSubmission submission) {
  const MessageId id = submission.command.header.message_id;
  const AgencyId to = submission.command.header.to;
  core::Outcome outcome =
      parts_.core.apply(tick.overlay, core::Command(std::move(submission.command)), tick.now);
  const auto* decided = std::get_if<core::Decided>(&outcome.answer);
  if (decided != nullptr && decided->admitted && !decided->again) {
    tick.bodies.came(id, submission.sealed);
    peers_.mail_for(to);
  }
  TRY_OK(tick.bodies.take(outcome.bodies));
  for (core::Emitted& emitted : outcome.entries) tick.entries.push_back(std::move(emitted));
  answer(tick, peer, request, outcome.answer, id);
  return {};
}

void Loop::take_operator_note(Tick& tick) {
  std::optional<OperatorNote> note;
  {
    const std::lock_guard lock(notes_mutex_);
    if (notes_.empty()) return;
    note = std::move(notes_.front());
    notes_.erase(notes_.begin());
    if (!notes_.empty()) parts_.router.waker()->wake();
  }
  const auto keyring = parts_.keyrings.get();
  const bool directory = note->kind == wire::RecordKind::kDirectory;
  const bool policy = note->kind == wire::RecordKind::kPolicy;
  const char* const what = directory ? "the directory file" : policy ? "the policy file" : "a rule";
  Result<core::Answer> result = core::Answer(core::Done{});
  const auto put = [&](auto command) {
    if (command) result = apply(tick, *command);
    if (!command) result = std::move(command).error();
  };
  if (directory) {
    put(check_directory({}, note->note, *keyring));
  } else if (policy) {
    put(check_policy({}, note->note, *keyring));
  } else {
    put(check_rule({}, note->kind, note->note, *keyring));
  }
  const Error* refused = nullptr;
  if (!result) refused = &result.error();
  if (result && std::holds_alternative<Error>(*result)) refused = &std::get<Error>(*result);
  if (refused != nullptr) {
    parts_.log.warning(std::string(what) + " was not put into force: " + refused->message);
    return;
  }
  tick.new_directory = tick.new_directory || directory;
  const auto* recorded = std::get_if<core::Recorded>(&*result);
  if (recorded != nullptr) {
    parts_.log.info(std::string(what) + " is in force by entry " +
                    std::to_string(recorded->position));
  }
}

Status Loop::apply_timers(Tick& tick) {
  // A clock that was moved back must not stop the timers for as long.
  if (tick.now < timers_at_ && timers_at_ - tick.now <= kTimersEvery) return {};
  last_entry_at_ = std::min(last_entry_at_, tick.now);
  const auto over = core::due(tick.overlay, tick.now, kDuePerTick);
  for (const MessageId& message : over) TRY_OK(apply(tick, core::Expire{message}));
  const auto bells = core::due_bells(tick.overlay, tick.now, kDuePerTick);
  for (const core::Due& bell : bells) TRY_OK(apply(tick, core::Ring{bell.bell, bell.id}));
  TRY_OK(apply(tick, core::CountRefusals{}));
  if (tick.entries.empty() && tick.now - last_entry_at_ >= parts_.heartbeat_after) {
    TRY_OK(apply(tick, core::Heartbeat{}));
  }
  look_after_ledger(tick);
  // One at a time and only when nothing else happens.
  if (tick.entries.empty()) {
    TRY(pruning, next_pruning(parts_.store, tick.now));
    if (pruning) TRY_OK(apply(tick, *pruning));
  }
  if (std::max(over.size(), bells.size()) < kDuePerTick) timers_at_ = tick.now + kTimersEvery;
  return {};
}

void Loop::look_after_ledger(const Tick& tick) {
  if (const auto wrong = read_back_.step(kReadBack)) parts_.log.error("read-back: " + *wrong);
  const Instant last = parts_.core.last_instant();
  const bool back = tick.now + kClockBack < last;
  if (back && !clock_is_back_) {
    parts_.log.error(
        "the clock was moved back: it says " + to_rfc3339(tick.now) +
        ", the log's last instant is " + to_rfc3339(last) +
        "; entries are dated by the latter until the clock has passed it, set it right");
  }
  clock_is_back_ = back;
  if (parts_.cosigners != nullptr) parts_.cosigners->offer(parts_.store, tick.now);
}

// DOMAIN B7: what waits for an agency that was suspended is destroyed, and its sender told.
Status Loop::withhold_from_suspended(Tick& tick) {
  if (tick.new_directory) standings_changed_ = true;
  if (!standings_changed_) return {};
  const auto stuck = core::undeliverable(tick.overlay, parts_.core.knowledge(), kDuePerTick);
  for (const MessageId& message : stuck) TRY_OK(apply(tick, core::Deliver{message}));
  standings_changed_ = stuck.size() == kDuePerTick;
  return {};
}

Status Loop::deliver(Tick& tick) {
  for (Peer& peer : peers_.all()) {
    if (peer.credit > 0 && peer.may_have_mail && !peer.gone) TRY_OK(deliver_to(tick, peer));
  }
  return {};
}

Status Loop::deliver_to(Tick& tick, Peer& peer) {
  const std::size_t room = limits::kTickFramesMax;
  const std::size_t count = std::min<std::size_t>(peer.credit, room);
  const auto waiting = core::waiting_for(tick.overlay, peer.agency, peer.mail_from, count);
  peer.may_have_mail = waiting.size() == count;
  for (const core::Waiting& mail : waiting) {
    TRY(result, apply(tick, core::Deliver{mail.message}));
    peer.mail_from = mail.submission + 1;
    const auto* given = std::get_if<core::Given>(&result);
    if (given == nullptr) continue;  // withheld now; its sender is told by the ledger
    TRY(sealed, tick.bodies.give(mail.message, given->kept));
    peer.credit -= 1;
    tick.mail.push_back({&peer, mail.submission, given->position, sealed});
  }
  return {};
}

Status Loop::commit(Tick& tick) {
  TRY(bodies, tick.bodies.writes());
  TRY_OK(parts_.store.commit(tick.overlay.changes(), tick.entries, bodies, parts_.sign,
                             [this] { return verifier_.help(); }));
  if (!tick.entries.empty()) last_entry_at_ = tick.now;
  if (tick.new_directory) {
    const auto& directory = parts_.core.knowledge().directory;
    parts_.keyrings.put(make_keyring(parts_.authority, directory ? &*directory : nullptr));
  }
  return {};
}

}  // namespace safeconduct::broker
