#include "agents/daemon/store.h"

#include "schemas/base/codec.h"
#include "schemas/io/file.h"
#include "schemas/seal/aead.h"
#include "schemas/seal/hash.h"

namespace safeconduct::agent {
namespace {

constexpr io::Family kRecords = 0;
constexpr io::Family kSecrets = 1;

// Where a secret's key lies: record `z` and the secret's key.
Bytes slot_key(ByteView key) {
  return ByteWriter().u8('z').raw(key).take();
}

// The first key that no longer begins with the prefix.
Bytes end_of(ByteView prefix) {
  Bytes end = to_bytes(prefix);
  while (!end.empty() && end.back() == 0xff) end.pop_back();
  if (!end.empty()) ++end.back();
  return end;
}

// An agent of a small office: a few MiB are plenty, and the whole process is to stay below 24.
io::KvOptions kv_options(io::FaultyDisk* disk) {
  io::KvOptions options;
  options.families = {{"records", false}, {"secrets", true}};
  options.owner = "safeconduct agent";
  options.format = kStoreFormat;
  options.compress = false;  // ciphertext does not compress
  options.write_buffer_bytes = 2 * 1024 * 1024;
  options.block_cache_bytes = 1024 * 1024;
  options.open_files_max = 32;
  options.wal_bytes_max = 8 * 1024 * 1024;
  options.disk = disk;
  return options;
}

io::KeySlotOptions slot_options(io::FaultyDisk* disk) {
  io::KeySlotOptions options;
  options.extent_slots = 16 * 1024;
  options.slots_max = 64 * 16 * 1024;
  options.disk = disk;
  return options;
}

SecretKey<32> derive(const SecretKey<32>& rest, std::string_view label, ByteView with) {
  const Bytes named = ByteWriter().label(label).take();
  return SecretKey<32>(seal::hmac_sha256(rest.expose(), {named, with}));
}

}  // namespace

Store::Store(io::KvStore kv, io::KeySlotFile slots, const seal::RestKey& rest, Random& random)
    : kv_(std::move(kv)),
      slots_(std::move(slots)),
      rest_(rest.secret.clone()),
      record_key_(derive(rest.secret, "safeconduct/1 agent records", {})),
      random_(&random) {}

Result<Store> Store::open(const std::string& path, const seal::RestKey& rest, Random& random,
                          io::FaultyDisk* disk) {
  TRY_OK(io::make_private_directory(path));
  TRY(kv, io::KvStore::open(path + "/records", kv_options(disk)));
  TRY(slots, io::KeySlotFile::open(path + "/keys", slot_options(disk)));
  Store store(std::move(kv), std::move(slots), rest, random);
  TRY_OK(store.check_rest_key());
  TRY_OK(store.destroy_unnamed_keys());
  return store;
}

// One record that every store has: whoever cannot read it holds another rest key.
Status Store::check_rest_key() {
  const Bytes key = to_bytes("0rest");
  TRY(found, kv_.get(kRecords, key));
  if (found) {
    if (open_record(key, *found)) return {};
    return corrupt("the store was written under another rest key; give back the `rest.key` it had");
  }
  io::WriteBatch batch(kv_);
  batch.put(kRecords, key, seal_record(key, view_of("1")));
  return kv_.commit(batch, io::Sync::kYes);
}

Status Store::destroy_unnamed_keys() {
  std::vector<bool> live(slots_.capacity(), false);
  const Bytes prefix = {'z'};
  TRY_OK(each(prefix, {}, SIZE_MAX, [&](ByteView, ByteView value) -> Status {
    ByteReader in(value);
    const io::KeySlot slot = in.u32();
    if (slot < live.size()) live[slot] = true;
    return in.finish("key slot");
  }));
  TRY_OK(slots_.keep_only(live));
  return {};
}

Bytes Store::seal_record(ByteView key, ByteView value) {
  return seal::rest_seal(record_key_, key, value, random_->array<12>());
}

Result<Bytes> Store::open_record(ByteView key, ByteView sealed) const {
  TRY(plain, seal::rest_open(record_key_, key, sealed));
  return to_bytes(plain.expose());
}

SecretKey<32> Store::secret_key(const SecretKey<32>& slot_key) const {
  return derive(rest_, "safeconduct/1 agent secret", slot_key.expose());
}

Result<std::optional<Bytes>> Store::get(ByteView key) const {
  TRY(sealed, kv_.get(kRecords, key));
  if (!sealed) return std::optional<Bytes>();
  TRY(value, open_record(key, *sealed));
  return std::optional<Bytes>(std::move(value));
}

Result<std::optional<io::KeySlot>> Store::slot_of(ByteView key) const {
  TRY(value, get(slot_key(key)));
  if (!value) return std::optional<io::KeySlot>();
  ByteReader in(*value);
  const io::KeySlot slot = in.u32();
  TRY_OK(in.finish("key slot"));
  return std::optional<io::KeySlot>(slot);
}

Result<std::optional<SecretBytes>> Store::secret(ByteView key) const {
  TRY(slot, slot_of(key));
  if (!slot) return std::optional<SecretBytes>();
  TRY(sealed, kv_.get(kSecrets, key));
  auto slot_secret = slots_.read(*slot);
  if (!sealed || !slot_secret) return corrupt("a stored document has lost its key or its bytes");
  TRY(plain, seal::rest_open(secret_key(*slot_secret), key, *sealed));
  return std::optional<SecretBytes>(std::move(plain));
}

Result<std::size_t> Store::each(ByteView prefix, ByteView from, std::size_t limit,
                                const Visit& visit) const {
  Status said;
  const auto show = [&](ByteView key, ByteView sealed) {
    auto value = open_record(key, sealed);
    said = value ? visit(key, *value) : Status(value.error());
    return said ? io::Scan::kContinue : io::Scan::kStop;
  };
  TRY(count, kv_.scan(kRecords, from.empty() ? prefix : from, end_of(prefix), limit, show));
  TRY_OK(said);
  return count;
}

Result<std::size_t> Store::each_back(ByteView prefix, ByteView before, std::size_t limit,
                                     const Visit& visit) const {
  Status said;
  const auto show = [&](ByteView key, ByteView sealed) {
    auto value = open_record(key, sealed);
    said = value ? visit(key, *value) : Status(value.error());
    return said ? io::Scan::kContinue : io::Scan::kStop;
  };
  const Bytes end = before.empty() ? end_of(prefix) : to_bytes(before);
  TRY(count, kv_.scan_back(kRecords, prefix, end, limit, show));
  TRY_OK(said);
  return count;
}

Change::~Change() {
  for (const io::KeySlot slot : fresh_) static_cast<void>(store_.slots_.erase(slot));
}

Result<std::optional<Bytes>> Change::get(ByteView key) const {
  const auto found = records_.find(to_bytes(key));
  if (found != records_.end()) return found->second;
  return store_.get(key);
}

void Change::put(ByteView key, Bytes value) {
  records_.insert_or_assign(to_bytes(key), std::move(value));
}

void Change::erase(ByteView key) {
  records_.insert_or_assign(to_bytes(key), std::nullopt);
}

Status Change::put_secret(ByteView key, ByteView plaintext) {
  TRY_OK(erase_secret(key));
  const SecretKey<32> slot_secret(store_.random_->array<32>());
  TRY(slot, store_.slots_.allocate(slot_secret));
  fresh_.push_back(slot);
  Bytes sealed =
      seal::rest_seal(store_.secret_key(slot_secret), key, plaintext, store_.random_->array<12>());
  secrets_.insert_or_assign(to_bytes(key), NewSecret{slot, std::move(sealed)});
  put(slot_key(key), ByteWriter().u32(slot).take());
  return {};
}

Status Change::erase_secret(ByteView key) {
  const auto staged = secrets_.find(to_bytes(key));
  if (staged != secrets_.end()) {
    if (staged->second.slot) ended_.push_back(*staged->second.slot);
  } else {
    TRY(slot, store_.slot_of(key));
    if (!slot) return {};
    ended_.push_back(*slot);
  }
  secrets_.insert_or_assign(to_bytes(key), NewSecret{});
  erase(slot_key(key));
  return {};
}

Status Change::commit() {
  if (empty()) return {};
  if (!fresh_.empty()) TRY_OK(store_.slots_.sync());
  io::WriteBatch batch(store_.kv_);
  for (const auto& [key, value] : records_) {
    if (value) {
      batch.put(kRecords, key, store_.seal_record(key, *value));
    } else {
      batch.erase(kRecords, key);
    }
  }
  for (const auto& [key, secret] : secrets_) {
    if (secret.slot) {
      batch.put(kSecrets, key, secret.sealed);
    } else {
      batch.erase(kSecrets, key);
    }
  }
  TRY_OK(store_.kv_.commit(batch, io::Sync::kYes));
  fresh_.clear();
  records_.clear();
  secrets_.clear();
  const std::vector<io::KeySlot> ended = std::exchange(ended_, {});
  for (const io::KeySlot slot : ended) TRY_OK(store_.slots_.erase(slot));
  return ended.empty() ? Status() : store_.slots_.sync();
}

}  // namespace safeconduct::agent
