// Our own sealing keys. Each is published in a card that names its times: senders are told of it
// for 7 days, it opens deliveries for 14, then its file is overwritten and gone.
#pragma once

#include <algorithm>
#include <map>

#include "agents/daemon/desk.h"
#include "agents/daemon/records.h"
#include "schemas/seal/x25519.h"

namespace safeconduct::agent {

class Keyring {
 public:
  // `folder`: holds <counter>.key files. Errors: as read_sealing_key, kCorrupt.
  [[nodiscard]] static Result<Keyring> load(const std::string& folder, const Store& store);

  // Null when the key is not (or no longer) ours.
  [[nodiscard]] const seal::SealingKey* find(const KeyId& id) const;
  // The card that is ours now; null before the first.
  [[nodiscard]] const wire::SealingCard* current() const;

  // Queues a new card when there is none, or the newest is to be told no longer. Needs the
  // directory and the feed read up to now. Errors: kIo.
  [[nodiscard]] Status publish(Desk& desk, Records& records, Change& change);
  // Destroys keys that are accepted no more. Errors: kIo.
  [[nodiscard]] Status destroy_old(Desk& desk, Change& change);
  // Another log: no card of ours is in it yet.
  void send_again() { recorded_ = 0; }
  void recorded(std::uint64_t counter) { recorded_ = std::max(recorded_, counter); }
  // The broker refused the card: another key takes its place at the next publish, not before
  // `later`.
  void refused(std::uint64_t counter, Instant later);

 private:
  [[nodiscard]] std::string path_of(std::uint64_t counter) const;
  [[nodiscard]] Status destroy_unpublished(Instant now);
  [[nodiscard]] Status make_key(Random& random, std::uint64_t counter);
  void issue(Desk& desk, Records& records, Change& change, std::uint64_t counter);

  std::string folder_;
  std::map<std::uint64_t, seal::SealingKey> keys_;    // by counter
  std::map<std::uint64_t, wire::SealingCard> cards_;  // by counter
  std::uint64_t recorded_ = 0;
  std::uint64_t refused_ = 0;
  Instant not_before_{};
};

}  // namespace safeconduct::agent
