#include "broker/dashboard/state_folder.h"

#include "schemas/io/file.h"

namespace safeconduct::dashboard {
namespace {

constexpr std::size_t kSnapshotBytesMax = 4ULL * 1024 * 1024 * 1024;

std::string path_in(const std::string& folder) {
  return folder + "/snapshot";
}

}  // namespace

Result<Snapshot> load_state(const std::string& folder, const Log& log) {
  TRY_OK(io::make_private_directory(folder));
  auto bytes = io::read_private_file(path_in(folder), kSnapshotBytesMax);
  if (!bytes && bytes.error().code == ErrorCode::kNotFound) return Snapshot{};
  if (!bytes) return bytes.error();
  auto snapshot = decode_snapshot(*bytes);
  if (snapshot) return snapshot;
  log.warning(snapshot.error().message);
  return Snapshot{};
}

Status save_state(const std::string& folder, const Snapshot& snapshot) {
  return io::write_durably(path_in(folder), encode(snapshot));
}

}  // namespace safeconduct::dashboard
