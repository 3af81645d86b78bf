// Pairs of agencies, the consents that their referrals rest on, and messages sealed before anything
// is measured.
#pragma once

#include <string>
#include <vector>

#include "schemas/base/limits.h"
#include "tests/rig/client.h"

namespace safeconduct::bench {

inline constexpr std::size_t kPairsMax = 8;

// A submission's frame as it goes over the wire; the n-th of its pair has the request n.
struct Message {
  MessageId id;
  Bytes frame;
};

struct PairMessages {
  std::vector<wire::ConsentRecord> consents;
  std::vector<Message> messages;
};

// What all pairs send at one size of signature batch.
using Traffic = std::vector<PairMessages>;

[[nodiscard]] rig::Network make_network();
[[nodiscard]] std::string sender(std::size_t pair);
[[nodiscard]] std::string recipient(std::size_t pair);

// 2 KiB of content in the eight slots that the national policy lets a shelter have.
[[nodiscard]] rig::Draft draft_of(std::size_t pair);
inline constexpr std::size_t kSlotsOfDraft = 8;

// `counts[i]` messages of pair i, signed `sign_batch` at a time, sealed on all cores.
[[nodiscard]] Traffic seal_traffic(const rig::Network& network,
                                   const std::vector<std::size_t>& counts, std::size_t sign_batch);

// Publishes the recipients' sealing keys and records the senders' consents at a broker.
void introduce(const rig::Network& network, const Traffic& traffic, std::size_t pairs,
               const std::string& endpoint);

}  // namespace safeconduct::bench
