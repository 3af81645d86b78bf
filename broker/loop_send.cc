// What leaves after the sync: answers, checkpoints, feeds and mail.
#include "broker/feed.h"
#include "broker/loop_tick.h"
#include "schemas/base/limits.h"

namespace safeconduct::broker {
namespace {

constexpr std::uint32_t kRetryAfterMs = 1000;

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
  peer.tree_size = hello.tree_size;
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

bool Loop::send(Peer& peer, const wire::ToAgent& frame) {
  if (peer.gone) return false;
  const Status sent = parts_.router.send(peer.routing_id, Bytes(wire::encode(frame)));
  if (sent) return true;
  peer.gone = sent.error().code == ErrorCode::kUnavailable;
  return false;
}

Status Loop::send_all(Tick& tick) {
  for (Tick::Reply& reply : tick.replies) {
    if (auto* welcome = std::get_if<wire::Welcome>(&reply.frame.body)) {
      TRY(checkpoint, checkpoint_since(parts_.store, reply.peer->tree_size));
      welcome->checkpoint = std::move(checkpoint);
      if (reply.peer->tree_size <= parts_.store.size()) {
        reply.peer->tree_size = parts_.store.size();
      }
    }
    send(*reply.peer, reply.frame);  // an answer that is lost is asked for again
  }
  TRY_OK(send_mail(tick));
  TRY_OK(send_feeds(tick));
  peers_.forget_gone();
  return {};
}

Result<bool> Loop::send_checkpoint(Peer& peer) {
  const std::uint64_t size = parts_.store.size();
  if (peer.tree_size >= size) return peer.tree_size == size;
  TRY(checkpoint, checkpoint_since(parts_.store, peer.tree_size));
  if (!send(peer, {0, std::move(checkpoint)})) return false;
  peer.tree_size = size;
  return true;
}

Status Loop::send_mail(Tick& tick) {
  for (Tick::Mail& mail : tick.mail) {
    Peer& peer = *mail.peer;
    TRY(ready, send_checkpoint(peer));
    wire::Delivery delivery;
    delivery.sealed = std::move(mail.sealed);
    TRY(view,
        entry_view(parts_.store, tick.entry(mail.position), set_of(ledger::PartKind::kRecipient)));
    delivery.entry = std::move(view);
    if (ready && send(peer, {0, std::move(delivery)})) continue;
    // It stays in the mailbox and is given again, by a decision of its own.
    peer.mail_from = std::min(peer.mail_from, mail.submission);
    peer.may_have_mail = true;
  }
  return {};
}

Status Loop::send_feeds(Tick& tick) {
  for (Peer& peer : peers_.all()) {
    if (!peer.subscribed || peer.gone || peer.feed_next >= parts_.store.size()) continue;
    if (parts_.core.knowledge().active(peer.agency) == nullptr) continue;
    if (peer.feed_next == tick.first_position && !tick.entries.empty()) {
      TRY_OK(send_live(tick, peer));
    } else {
      TRY_OK(send_page(peer));
    }
  }
  return {};
}

Status Loop::send_live(const Tick& tick, Peer& peer) {
  wire::Feed feed;
  feed.next = parts_.store.size();
  bool ready = false;
  for (const core::Emitted& emitted : tick.entries) {
    ledger::PartSet parts = set_of(ledger::PartKind::kNetwork);
    if (emitted.sender == peer.agency) parts |= set_of(ledger::PartKind::kSender);
    if (emitted.recipient == peer.agency) parts |= set_of(ledger::PartKind::kRecipient);
    const bool own = (parts & ~set_of(ledger::PartKind::kNetwork)) != 0;
    if (!own && !emitted.entry.has(ledger::PartKind::kNetwork)) continue;
    if (!ready) {
      TRY(sent, send_checkpoint(peer));
      if (!sent) return {};
      ready = true;
    }
    TRY(view, entry_view(parts_.store, emitted.entry, parts));
    feed.entries.push_back(std::move(view));
    if (feed.entries.size() < limits::kFeedEntriesMax) continue;
    const std::uint64_t next = emitted.entry.leaf.position.value + 1;
    feed.next = next;
    if (!send(peer, {0, std::move(feed)})) return {};
    peer.feed_next = next;
    feed = {{}, parts_.store.size()};
  }
  if (feed.entries.empty() || send(peer, {0, std::move(feed)})) {
    peer.feed_next = parts_.store.size();
  }
  return {};
}

Status Loop::send_page(Peer& peer) {
  TRY(ready, send_checkpoint(peer));
  if (!ready) return {};
  TRY(feed, feed_page(parts_.store, peer.agency, peer.feed_next));
  const std::uint64_t next = feed.next;
  const bool nothing = feed.entries.empty() && next == peer.feed_next;
  if (nothing || send(peer, {0, std::move(feed)})) peer.feed_next = next;
  return {};
}

}  // namespace safeconduct::broker
