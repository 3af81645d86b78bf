// The connections of agencies: what each may be sent, and how far it is.
#pragma once

#include <list>
#include <vector>

#include "schemas/base/bytes.h"
#include "schemas/base/ids.h"

namespace safeconduct::broker {

struct Peer {
  Bytes routing_id;
  AgencyId agency;
  std::uint64_t tree_size = 0;  // of the last checkpoint that was sent, or that the agent named
  bool subscribed = false;
  std::uint64_t feed_next = 0;  // first position of the feed that was not sent
  std::uint32_t credit = 0;     // deliveries that may still be sent
  std::uint64_t mail_from = 0;  // waiting submissions before this were given to this connection
  bool may_have_mail = false;
  bool gone = false;
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
};

}  // namespace safeconduct::broker
