// Small stores for the tests.
#pragma once

#include "schemas/io/kv.h"
#include "schemas/io/kv_fault.h"
#include "tests/io/temp_folder.h"

namespace safeconduct::io {

constexpr Family kPlain = 0;
constexpr Family kLarge = 1;

inline KvOptions small_store(FaultyDisk* disk = nullptr) {
  KvOptions options;
  options.families = {{"plain"}, {"large", true}};
  options.owner = "test";
  options.disk = disk;
  return options;
}

inline KvStore opened(const std::string& path, const KvOptions& options = small_store()) {
  auto store = KvStore::open(path, options);
  require_ok(store);
  return std::move(store).value();
}

inline Status put(KvStore& store, Family family, std::string_view key, std::string_view value,
                  Sync sync = Sync::kYes) {
  WriteBatch batch(store);
  batch.put(family, view_of(key), view_of(value));
  return store.commit(batch, sync);
}

// The value, or "absent".
inline std::string value_of(const KvStore& store, Family family, std::string_view key) {
  const auto value = store.get(family, view_of(key));
  require_ok(value);
  return *value ? std::string(text_of(**value)) : "absent";
}

inline std::string keys_of(const KvStore& store, Family family) {
  std::string keys;
  require_ok(store.scan(family, {}, {}, 1000, [&](ByteView key, ByteView) {
    keys += std::string(text_of(key)) + " ";
    return Scan::kContinue;
  }));
  return keys;
}

// The store's files whose names end so, the newest last.
inline std::vector<std::string> files_of(const std::string& path, const std::string& ending) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    if (entry.path().extension() == ending) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace safeconduct::io
