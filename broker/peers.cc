#include "broker/peers.h"

#include <algorithm>

namespace safeconduct::broker {

Peer& Peers::of(ByteView routing_id, const AgencyId& agency) {
  const std::string name(text_of(routing_id));
  const auto known = by_routing_id_.find(name);
  if (known != by_routing_id_.end()) {
    Peer& peer = *known->second;
    if (!peer.gone && peer.agency == agency) return peer;
    peer.gone = true;  // ZeroMQ gave the name to another connection
  }
  auto& others = by_agency_[agency.text()];
  const auto here = [](const Peer* peer) { return !peer->gone; };
  if (std::count_if(others.begin(), others.end(), here) >= std::ptrdiff_t{kPerAgencyMax}) {
    (*std::find_if(others.begin(), others.end(), here))->gone = true;
  }
  Peer& peer = peers_.emplace_back();
  peer.routing_id = to_bytes(routing_id);
  peer.agency = agency;
  by_routing_id_[name] = &peer;
  others.push_back(&peer);
  return peer;
}

void Peers::mail_for(const AgencyId& agency) {
  const auto at = by_agency_.find(agency.text());
  if (at == by_agency_.end()) return;
  for (Peer* peer : at->second) peer->may_have_mail = true;
}

void Peers::forget_gone() {
  for (Peer& peer : peers_) {
    if (!peer.gone) continue;
    const auto named = by_routing_id_.find(std::string(text_of(peer.routing_id)));
    if (named != by_routing_id_.end() && named->second == &peer) by_routing_id_.erase(named);
    const auto at = by_agency_.find(peer.agency.text());
    std::erase(at->second, &peer);
    if (at->second.empty()) by_agency_.erase(at);
  }
  std::erase_if(peers_, [](const Peer& peer) { return peer.gone; });
}

}  // namespace safeconduct::broker
