// The connections of agencies: what each may be sent, and how far it is.
#pragma once

#include <list>
#include <unordered_map>
#include <vector>

#include "schemas/base/bytes.h"
#include "schemas/base/ids.h"
#include "schemas/wire/frame.h"

namespace safeconduct::broker {

// How far a connection is with what goes out by itself.
struct Progress {
  static constexpr std::uint64_t kNoMail = UINT64_MAX;
  std::uint64_t tree_size = 0;   // of the last checkpoint that was sent, or that the agent named
  std::uint64_t feed_next = 0;   // first position of the feed that was not sent
  std::uint64_t told = 0;        // of an observer: the introductions that it was told
  std::uint64_t mail = kNoMail;  // the first submission of this tick's mail that was not sent
};

struct Peer {
  Bytes routing_id;
  AgencyId agency;
  Progress at;  // everything that is in `out` counts as sent
  bool subscribed = false;
  std::uint32_t credit = 0;     // deliveries that may still be sent
  std::uint64_t mail_from = 0;  // waiting submissions before this were given to this connection
  bool may_have_mail = false;
  bool gone = false;

  // What leaves with the next frame, and how far the connection is without it, or without its last
  // message.
  wire::FrameWriter out;
  Progress sent;
  Progress before_last;
  bool stalled = false;  // its queue is full: nothing more in this tick
};

// Bounded: each agency has few connections, of which the oldest is forgotten first.
class Peers {
 public:
  // The peer of a connection; a new one is noted on its first frame. Stays valid until forget().
  [[nodiscard]] Peer& of(ByteView routing_id, const AgencyId& agency);
  [[nodiscard]] std::list<Peer>& all() { return peers_; }
  [[nodiscard]] const std::list<Peer>& all() const { return peers_; }
  // New mail for an agency.
  void mail_for(const AgencyId& agency);
  // Forgets those that are gone.
  void forget_gone();

 private:
  static constexpr std::size_t kPerAgencyMax = 8;
  std::list<Peer> peers_;
  std::unordered_map<std::string, Peer*> by_routing_id_;           // none that is gone
  std::unordered_map<std::string, std::vector<Peer*>> by_agency_;  // oldest first; also gone ones
};

}  // namespace safeconduct::broker
