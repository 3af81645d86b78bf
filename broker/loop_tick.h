// What one tick of the loop collects before its sync. For the loop's own sources.
#pragma once

#include "broker/loop.h"

namespace safeconduct::broker {

struct Loop::Tick {
  Tick(const store::Store& store, Instant at, std::uint64_t position)
      : overlay(store), bodies(store), now(at), first_position(position) {}

  core::Overlay overlay;
  BodyPlan bodies;
  const Instant now;
  const std::uint64_t first_position;  // of the first entry of this tick
  std::vector<core::Emitted> entries;
  struct Reply {
    Peer* peer = nullptr;
    wire::ToAgent frame;
  };
  std::vector<Reply> replies;
  struct Mail {
    Peer* peer = nullptr;
    std::uint64_t submission = 0;
    std::uint64_t position = 0;  // of the delivery entry
    ByteView sealed;
  };
  std::vector<Mail> mail;
  bool new_directory = false;

  [[nodiscard]] const ledger::Entry& entry(std::uint64_t position) const {
    return entries.at(position - first_position).entry;
  }
};

}  // namespace safeconduct::broker
