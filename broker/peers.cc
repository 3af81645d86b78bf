#include "broker/peers.h"

#include <algorithm>

namespace safeconduct::broker {

Peer& Peers::of(ByteView routing_id, const AgencyId& agency) {
  for (Peer& peer : peers_) {
    if (!peer.gone && peer.agency == agency && equal(peer.routing_id, routing_id)) return peer;
  }
  const auto of_agency = [&](const Peer& peer) { return !peer.gone && peer.agency == agency; };
  const auto count = std::count_if(peers_.begin(), peers_.end(), of_agency);
  if (static_cast<std::size_t>(count) >= kPerAgencyMax) {
    std::find_if(peers_.begin(), peers_.end(), of_agency)->gone = true;
  }
  Peer& peer = peers_.emplace_back();
  peer.routing_id = to_bytes(routing_id);
  peer.agency = agency;
  return peer;
}

void Peers::mail_for(const AgencyId& agency) {
  for (Peer& peer : peers_) {
    if (peer.agency == agency) peer.may_have_mail = true;
  }
}

void Peers::forget_gone() {
  std::erase_if(peers_, [](const Peer& peer) { return peer.gone; });
}

}  // namespace safeconduct::broker
