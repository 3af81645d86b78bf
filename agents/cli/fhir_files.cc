#include "agents/cli/fhir_files.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "schemas/io/file.h"

namespace safeconduct::cli {
namespace {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> json_files(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".json") files.push_back(at->path());
  }
  if (error) return io::os_error(error.value(), "list", folder.string());
  if (files.empty()) {
    return invalid("`" + folder.string() + "` holds no *.json; name a folder of FHIR R4 resources");
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<Json> read_fhir_files(const std::string& path) {
  std::vector<fs::path> files{path};
  std::error_code error;
  if (fs::is_directory(path, error)) {
    TRY(found, json_files(path));
    files = std::move(found);
  }
  Json out = Json::object();
  std::size_t rest = kFhirBytesMax;
  for (const fs::path& file : files) {
    TRY(bytes, io::read_file(file.string(), kFhirBytesMax));
    if (bytes.size() > rest) {
      return invalid("`" + path + "` holds more than 3 MiB of FHIR; send it in parts");
    }
    rest -= bytes.size();
    out[file.filename().string()] = std::string(text_of(bytes));
  }
  return out;
}

}  // namespace safeconduct::cli
