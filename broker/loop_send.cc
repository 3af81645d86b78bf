// What leaves after the sync: answers, checkpoints, feeds and mail.
#include <algorithm>

#include "broker/core/keys.h"
#include "broker/feed.h"
#include "broker/loop_tick.h"
#include "schemas/base/limits.h"

namespace safeconduct::broker {
namespace {

constexpr std::uint32_t kRetryAfterMs = 1000;
constexpr std::size_t kObservedPagesMax = 8;  // a full tick's entries, and some to catch up

wire::Problem problem_of(const Error& error, const MessageId& about) {
  const bool later = error.code == ErrorCode::kOverloaded || error.code == ErrorCode::kUnavailable;
  return {error.code, error.message, later ? kRetryAfterMs : 0, about};
}

}  // namespace

void Loop::greet(Tick& tick, Peer& peer, std::uint64_t request, const wire::Hello& hello) {
  if (hello.protocol != wire::kProtocol) {
    answer(tick, peer, request,
           Error{ErrorCode::kUnsupported, "this broker speaks protocol 1; upgrade one of the two"});
    return;
  }
  introductions_.note(peer.agency, hello.software);
  peer.at.tree_size = peer.sent.tree_size = hello.tree_size;
  peer.at.told = peer.sent.told = 0;
  peer.mail_from = 0;
  peer.credit = 0;
  peer.subscribed = false;
  // Filled in after the sync, when the checkpoint of this tick is there.
  tick.replies.push_back({&peer, {request, wire::Welcome{wire::kProtocol, tick.now, {}}}});
}

void Loop::answer(Tick& tick, Peer& peer, std::uint64_t request, const core::Answer& answer,
                  const MessageId& about) {
  wire::ToAgent frame;
  frame.request = request;
  if (const auto* decided = std::get_if<core::Decided>(&answer)) {
    frame.body = decided_frame(tick, *decided);
  } else if (const auto* recorded = std::get_if<core::Recorded>(&answer)) {
    frame.body = wire::Recorded{recorded->position};
  } else if (const auto* error = std::get_if<Error>(&answer)) {
    frame.body = problem_of(*error, about);
  } else {
    return;
  }
  tick.replies.push_back({&peer, std::move(frame)});
}

wire::Decided Loop::decided_frame(const Tick& tick, const core::Decided& decided) const {
  wire::Decided out{decided.message, decided.position, decided.admitted, {}};
  const auto take = [&](const ledger::Entry& entry) {
    const auto& part = entry.part(ledger::PartKind::kSender);
    if (part) out.sender_part = part->bytes;
  };
  if (decided.position >= tick.first_position) {
    take(tick.entry(decided.position));
  } else if (const auto entry = parts_.store.entry(decided.position)) {
    take(*entry);
  }
  return out;
}

bool Loop::post(Peer& peer, const wire::ToAgent& message) {
  if (peer.gone || peer.stalled) return false;
  peer.out.add(message);
  return send_full(peer);
}

bool Loop::post_mail(Peer& peer, std::uint64_t submission, ByteView sealed,
                     const wire::EntryView& entry) {
  if (peer.gone || peer.stalled) return false;
  peer.before_last = peer.at;
  peer.before_last.mail = submission;
  if (peer.sent.mail == Progress::kNoMail) peer.sent.mail = submission;
  peer.out.add_delivery(sealed, entry);
  return send_full(peer);
}

bool Loop::send_full(Peer& peer) {
  for (Bytes frame = peer.out.ready(); !frame.empty(); frame = peer.out.ready()) {
    const bool whole = peer.out.empty();
    if (!send_frame(peer, std::move(frame))) return false;
    peer.sent = whole ? peer.at : peer.before_last;
  }
  return true;
}

bool Loop::send_rest(Peer& peer) {
  if (peer.out.empty()) return !peer.stalled;
  if (!send_frame(peer, peer.out.take())) return false;
  peer.sent = peer.at;
  return true;
}

bool Loop::send_frame(Peer& peer, Bytes frame) {
  const Status sent = parts_.router.send(peer.routing_id, std::move(frame));
  if (sent) return true;
  peer.gone = sent.error().code == ErrorCode::kUnavailable;
  peer.stalled = true;
  static_cast<void>(peer.out.take());
  // Mail stays in the mailbox and is given again, by a decision of its own. An answer that is lost
  // is asked for again.
  if (peer.sent.mail != Progress::kNoMail) {
    peer.mail_from = std::min(peer.mail_from, peer.sent.mail);
    peer.may_have_mail = true;
  }
  peer.at = peer.sent;
  peer.at.mail = Progress::kNoMail;
  return false;
}

// A log that was opened after a loss is believed when the authority's directory names it: agents
// that follow the old one are shown that.
Bytes Loop::directory_of_new_log() const {
  const core::Knowledge& known = parts_.core.knowledge();
  const bool first = known.log.starts_with(known.network + "/log+");
  const bool named = known.directory && known.directory->log_vkey == known.log;
  if (first || !named) return {};
  const auto stored = parts_.store.get(core::keys::directory());
  return stored ? to_bytes(ByteView(*stored).subspan(8)) : Bytes();
}

Status Loop::send_all(Tick& tick) {
  for (Peer& peer : peers_.all()) {
    peer.stalled = false;
    peer.sent = peer.at;
  }
  for (Tick::Reply& reply : tick.replies) {
    Peer& peer = *reply.peer;
    if (auto* welcome = std::get_if<wire::Welcome>(&reply.frame.body)) {
      TRY(checkpoint, checkpoint_since(parts_.store, peer.at.tree_size));
      welcome->checkpoint = std::move(checkpoint);
      welcome->directory = directory_of_new_log();
      // Whatever the peer had read was of another log.
      if (!welcome->directory.empty()) {
        peer.at.tree_size = std::min(peer.at.tree_size, parts_.store.size());
      }
      peer.before_last = peer.at;
      if (peer.at.tree_size <= parts_.store.size()) peer.at.tree_size = parts_.store.size();
    } else {
      peer.before_last = peer.at;
    }
    post(peer, reply.frame);
  }
  TRY_OK(send_mail(tick));
  TRY_OK(send_feeds(tick));
  for (Peer& peer : peers_.all()) send_rest(peer);
  peers_.forget_gone();
  return {};
}

Result<bool> Loop::send_checkpoint(Peer& peer) {
  const std::uint64_t size = parts_.store.size();
  if (peer.at.tree_size >= size) return peer.at.tree_size == size;
  TRY(checkpoint, checkpoint_since(parts_.store, peer.at.tree_size));
  peer.before_last = peer.at;
  peer.at.tree_size = size;
  return post(peer, {0, std::move(checkpoint)});
}

Status Loop::send_mail(Tick& tick) {
  for (const Tick::Mail& mail : tick.mail) {
    Peer& peer = *mail.peer;
    TRY(ready, send_checkpoint(peer));
    TRY(view,
        entry_view(parts_.store, tick.entry(mail.position), set_of(ledger::PartKind::kRecipient)));
    if (ready && post_mail(peer, mail.submission, mail.sealed, view)) continue;
    // Its credit is spent: a connection that takes nothing must not make decisions without end.
    peer.mail_from = std::min(peer.mail_from, mail.submission);
    peer.may_have_mail = true;
  }
  return {};
}

Status Loop::send_feeds(Tick& tick) {
  for (Peer& peer : peers_.all()) {
    const bool read_all = peer.at.feed_next >= parts_.store.size();
    if (!peer.subscribed || peer.gone) continue;
    if (read_all && peer.at.told == introductions_.count()) continue;
    if (parts_.core.knowledge().active(peer.agency) == nullptr) continue;
    if (observes(peer)) {
      TRY_OK(send_observed(peer));
      continue;
    }
    peer.at.told = peer.sent.told = introductions_.count();  // not an agency's to know
    if (read_all) continue;
    if (peer.at.feed_next == tick.first_position && !tick.entries.empty()) {
      TRY_OK(send_live(tick, peer));
    } else {
      TRY_OK(send_page(peer));
    }
  }
  return {};
}

bool Loop::observes(const Peer& peer) const {
  const wire::DirectoryAgency* agency = parts_.core.knowledge().active(peer.agency);
  return agency != nullptr && is_observer(*agency);
}

Status Loop::send_live(const Tick& tick, Peer& peer) {
  const ledger::PartSet everywhere = parts_for_all(false);
  wire::Feed feed;
  std::size_t bytes = 0;
  for (const core::Emitted& emitted : tick.entries) {
    ledger::PartSet parts = everywhere;
    if (emitted.sender == peer.agency) parts |= set_of(ledger::PartKind::kSender);
    if (emitted.recipient == peer.agency) parts |= set_of(ledger::PartKind::kRecipient);
    const auto shown = [&](ledger::PartKind kind) {
      return (parts & set_of(kind)) != 0 && emitted.entry.has(kind);
    };
    if (!std::any_of(ledger::kPartKinds.begin(), ledger::kPartKinds.end(), shown)) continue;
    TRY(view, entry_view(parts_.store, emitted.entry, parts));
    bytes += bytes_of(view);
    const bool full = bytes > kFeedPageBytes || feed.entries.size() == limits::kFeedEntriesMax;
    if (full && !feed.entries.empty()) {
      feed.next = emitted.entry.leaf.position.value;
      TRY(sent, post_feed(peer, std::exchange(feed, {})));
      if (!sent) return {};
      bytes = bytes_of(view);
    }
    feed.entries.push_back(std::move(view));
  }
  if (feed.entries.empty()) {
    peer.at.feed_next = parts_.store.size();
    return {};
  }
  feed.next = parts_.store.size();
  TRY(sent, post_feed(peer, std::move(feed)));
  static_cast<void>(sent);
  return {};
}

Result<bool> Loop::post_feed(Peer& peer, wire::Feed feed) {
  TRY(ready, send_checkpoint(peer));
  if (!ready) return false;
  peer.before_last = peer.at;
  peer.at.feed_next = feed.next;
  return post(peer, {0, std::move(feed)});
}

// Some pages a tick, as long as the observer takes them: one that is slow or far behind holds up
// nobody.
Status Loop::send_observed(Peer& peer) {
  TRY(ready, send_checkpoint(peer));
  for (std::size_t page = 0; ready && page < kObservedPagesMax; ++page) {
    const bool read_all = peer.at.feed_next >= parts_.store.size();
    if (read_all && peer.at.told == introductions_.count()) break;
    TRY(feed, observer_page(parts_.store, peer.at.feed_next));
    std::uint64_t told = peer.at.told;
    feed.told = introductions_.since(told);
    if (!post_feed(peer, std::move(feed))) break;
    peer.at.told = told;
  }
  return {};
}

Status Loop::send_page(Peer& peer) {
  TRY(feed, feed_page(parts_.store, peer.agency, peer.at.feed_next));
  const bool nothing = feed.entries.empty() && feed.next == peer.at.feed_next;
  if (nothing) return {};
  TRY(sent, post_feed(peer, std::move(feed)));
  static_cast<void>(sent);
  return {};
}

}  // namespace safeconduct::broker
