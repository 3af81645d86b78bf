#include "tests/bench/agencies.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace safeconduct::bench {
namespace {

using policies::Category;
using policies::Level;
using policies::slot_of;

// Below limits::kUsesPerConsentMax; in life a consent has a handful.
constexpr std::size_t kUsesPerConsent = 4000;
constexpr std::size_t kChunk = 64;  // a multiple of every signature batch
static_assert(kUsesPerConsent <= limits::kUsesPerConsentMax);

struct Chunk {
  std::size_t pair = 0;
  std::size_t from = 0;
  std::size_t to = 0;
};

void seal_chunk(const rig::Network& network, const Chunk& chunk, std::size_t sign_batch,
                PairMessages& out) {
  std::vector<rig::Draft> drafts(chunk.to - chunk.from, draft_of(chunk.pair));
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    drafts[i].consent = out.consents[(chunk.from + i) / kUsesPerConsent].id;
  }
  auto sealed = rig::seal_drafts(network, drafts, sign_batch);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Message& message = out.messages[chunk.from + i];
    message.id = sealed[i].header.message_id;
    message.frame = wire::encode({chunk.from + i, std::move(sealed[i].submission)});
  }
}

}  // namespace

std::string sender(std::size_t pair) {
  return "bridge-" + std::to_string(pair + 1);
}
std::string recipient(std::size_t pair) {
  return "haven-" + std::to_string(pair + 1);
}

rig::Network make_network() {
  std::vector<std::pair<std::string, std::vector<std::string>>> agencies;
  for (std::size_t i = 0; i < kPairsMax; ++i) {
    agencies.push_back({sender(i), {"ngo_case"}});
    agencies.push_back({recipient(i), {"shelter"}});
  }
  return rig::Network(agencies);
}

rig::Draft draft_of(std::size_t pair) {
  rig::Draft draft;
  draft.from = sender(pair);
  draft.to = recipient(pair);
  const std::string text(200, 'x');  // padded to 256 bytes
  for (const Category full : {Category::kNeeds, Category::kIdentity, Category::kContact,
                              Category::kRisk, Category::kFamily}) {
    draft.slots[slot_of(full, Level::kFull)] = text;
  }
  for (const Category part : {Category::kLocation, Category::kDemographics, Category::kHealth}) {
    draft.slots[slot_of(part, Level::kGeneralised)] = text;
  }
  return draft;
}

Traffic seal_traffic(const rig::Network& network, const std::vector<std::size_t>& counts,
                     std::size_t sign_batch) {
  Traffic traffic(counts.size());
  std::vector<Chunk> chunks;
  for (std::size_t pair = 0; pair < counts.size(); ++pair) {
    traffic[pair].messages.resize(counts[pair]);
    for (std::size_t used = 0; used < counts[pair]; used += kUsesPerConsent) {
      traffic[pair].consents.push_back(rig::full_consent(
          network.agency(sender(pair)), policies::Purpose::kSafeAccommodation, recipient(pair)));
    }
    for (std::size_t from = 0; from < counts[pair]; from += kChunk) {
      chunks.push_back({pair, from, std::min(counts[pair], from + kChunk)});
    }
  }
  std::atomic<std::size_t> next = 0;
  const auto seal = [&] {
    for (std::size_t i = next++; i < chunks.size(); i = next++) {
      seal_chunk(network, chunks[i], sign_batch, traffic[chunks[i].pair]);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::thread::hardware_concurrency(); ++i) threads.emplace_back(seal);
  seal();
  for (std::thread& thread : threads) thread.join();
  return traffic;
}

void introduce(const rig::Network& network, const Traffic& traffic, std::size_t pairs,
               const std::string& endpoint) {
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    rig::Client to(network, recipient(pair), endpoint);
    to.join();
    rig::Client from(network, sender(pair), endpoint);
    from.join();
    for (const wire::ConsentRecord& consent : traffic[pair].consents) from.record_consent(consent);
  }
}

}  // namespace safeconduct::bench
