#include "agents/daemon/keyring.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "agents/daemon/place.h"
#include "schemas/io/file.h"
#include "schemas/seal/key_file.h"

namespace safeconduct::agent {
namespace {

// A delivery that left in the last minute may still be on its way.
constexpr Duration kDestroyAfter = hours(1);

std::optional<std::uint64_t> counter_of(const std::filesystem::path& path) {
  const std::string stem = path.stem().string();
  std::uint64_t counter = 0;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), counter);
  const bool whole = error == std::errc() && end == stem.data() + stem.size() && counter > 0;
  return path.extension() == ".key" && whole ? std::optional(counter) : std::nullopt;
}

// Overwrites in place and syncs before the name goes, so that the bytes go too.
Status destroy_file(const std::string& path) {
  const io::FileDescriptor file(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return io::os_error(errno, "open", path);
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  const Bytes zeros(size > 0 ? static_cast<std::size_t>(size) : 0);
  const bool written =
      ::pwrite(file.get(), zeros.data(), zeros.size(), 0) == static_cast<ssize_t>(zeros.size());
  if (!written || ::fsync(file.get()) != 0) return io::os_error(errno, "overwrite", path);
  if (::unlink(path.c_str()) != 0) return io::os_error(errno, "remove", path);
  return io::sync_directory(io::directory_of(path));
}

}  // namespace

Result<Keyring> Keyring::load(const std::string& folder, const Store& store) {
  Keyring ring;
  ring.folder_ = folder;
  TRY_OK(io::make_private_directory(folder));
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(folder, error)) {
    const auto counter = counter_of(file.path());
    if (!counter) continue;
    TRY(key, seal::read_sealing_key(file.path().string()));
    ring.keys_.emplace(*counter, std::move(key));
  }
  if (error) return io::os_error(error.value(), "read", folder);
  TRY_OK(store.each(place::all('o'), {}, SIZE_MAX, [&](ByteView, ByteView value) -> Status {
    TRY(card, wire::decode_sealing_card(value));
    ring.cards_.emplace(card.counter, card);
    return {};
  }));
  return ring;
}

const seal::SealingKey* Keyring::find(const KeyId& id) const {
  for (const auto& [counter, key] : keys_) {
    if (key.id() == id) return &key;
  }
  return nullptr;
}

const wire::SealingCard* Keyring::current() const {
  return cards_.empty() ? nullptr : &cards_.rbegin()->second;
}

Status Keyring::publish(Desk& desk, Records& records, Change& change) {
  const Instant now = desk.now();
  if (desk.book.agency(desk.self) == nullptr || now < not_before_) return {};
  const std::uint64_t published = desk.book.card_counter(desk.self);
  const std::uint64_t newest_key = keys_.empty() ? 0 : keys_.rbegin()->first;
  if (!cards_.empty()) {
    const wire::SealingCard& newest = cards_.rbegin()->second;
    const bool known =
        std::max(published, recorded_) >= newest.counter || records.is_card_waiting(newest.counter);
    const bool usable = newest.counter > refused_ && now < newest.not_after &&
                        newest.not_before <= now + limits::kClockSkew && known;
    if (usable && keys_.contains(newest.counter)) return {};
    records.drop_card(change, newest.counter);
  }
  // A key that came with the enrolment has no card yet.
  const bool fresh =
      newest_key > published && newest_key > refused_ && !cards_.contains(newest_key);
  const std::uint64_t counter =
      fresh ? newest_key : std::max({newest_key, published, refused_}) + 1;
  if (!fresh) TRY_OK(make_key(desk.random, counter));
  issue(desk, records, change, counter);
  return {};
}

Status Keyring::make_key(Random& random, std::uint64_t counter) {
  seal::SealingKey key = seal::SealingKey::generate(random);
  TRY_OK(seal::write_key_file(path_of(counter), key));
  keys_.insert_or_assign(counter, std::move(key));
  return {};
}

void Keyring::issue(Desk& desk, Records& records, Change& change, std::uint64_t counter) {
  const Instant now = desk.now();
  wire::SealingCard card;
  card.agency = desk.self;
  card.counter = counter;
  card.key = keys_.at(counter).public_key().bytes;
  card.not_before = now;
  card.not_after = now + limits::kSealingCardPublished;
  card.accepted_until = now + limits::kSealingCardAccepted;
  cards_.insert_or_assign(counter, card);
  change.put(place::own_card(counter), wire::encode(card));
  Outgoing record;
  record.kind = wire::RecordKind::kSealingCard;
  record.body = wire::encode(card);
  record.counter = counter;
  records.add(desk, change, std::move(record));
}

Status Keyring::destroy_old(Desk& desk, Change& change) {
  const Instant now = desk.now();
  for (auto it = cards_.begin(); it != cards_.end();) {
    if (now < it->second.accepted_until + kDestroyAfter) {
      ++it;
      continue;
    }
    const std::uint64_t counter = it->first;
    if (keys_.erase(counter) > 0) TRY_OK(destroy_file(path_of(counter)));
    change.erase(place::own_card(counter));
    it = cards_.erase(it);
  }
  return destroy_unpublished(now);
}

// Keys of a store that was lost have no card here; they end when they must have ended.
Status Keyring::destroy_unpublished(Instant now) {
  if (cards_.empty()) return {};
  const auto& [newest, card] = *cards_.rbegin();
  if (now < card.not_before + limits::kSealingCardAccepted + kDestroyAfter) return {};
  for (auto it = keys_.begin(); it != keys_.end() && it->first < newest;) {
    if (cards_.contains(it->first)) {
      ++it;
      continue;
    }
    TRY_OK(destroy_file(path_of(it->first)));
    it = keys_.erase(it);
  }
  return {};
}

void Keyring::refused(std::uint64_t counter, Instant later) {
  refused_ = std::max(refused_, counter);
  not_before_ = later;
}

std::string Keyring::path_of(std::uint64_t counter) const {
  return folder_ + "/" + std::to_string(counter) + ".key";
}

}  // namespace safeconduct::agent
