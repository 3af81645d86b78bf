#include "broker/settings.h"

#include <array>

#include "schemas/base/config.h"
#include "schemas/base/suggest.h"
#include "schemas/io/file.h"

namespace safeconduct::broker {
namespace {

Result<LogLevel> level_named(const std::string& word) {
  if (word == "debug") return LogLevel::kDebug;
  if (word == "info") return LogLevel::kInfo;
  if (word == "warning") return LogLevel::kWarning;
  if (word == "error") return LogLevel::kError;
  static constexpr std::array<std::string_view, 4> kWords = {"debug", "info", "warning", "error"};
  return invalid("broker.log_level `" + word + "` is no level" + did_you_mean(word, kWords));
}

}  // namespace

Result<Settings> load_settings(const std::string& path) {
  TRY(config, Config::load(path));
  const std::string folder = io::directory_of(path);
  const auto beside = [&](const std::string& name) {
    return name.empty() || name.front() == '/' ? name : folder + "/" + name;
  };
  const std::string store = beside(config.text("broker.store", "store"));
  const bool compress = config.boolean("broker.compress", true);
  const std::string endpoint = config.required_text("broker.endpoint");
  const std::string transport_key = beside(config.text("broker.transport_key", "transport.key"));
  const std::string log_key = beside(config.text("broker.log_key", "log.key"));
  const std::string directory = beside(config.text("broker.directory", "directory.note"));
  const std::string policy = beside(config.text("broker.policy", "policy.note"));
  const std::string rules = beside(config.text("broker.rules", "rules"));
  const std::string witnesses = beside(config.text("broker.witnesses", ""));
  const Duration heartbeat = seconds(config.integer("broker.heartbeat_s", 60, 1, 86'400));
  const std::string address_file = beside(config.text("broker.address_file", ""));
  const std::string log = beside(config.text("broker.log", ""));
  const std::string level_word = config.text("broker.log_level", "info");
  const std::string network = config.required_text("network.name");
  const std::string authority_vkey = config.required_text("network.authority");
  TRY_OK(config.finish());
  TRY(level, level_named(level_word));
  TRY(authority, ledger::NoteKey::parse(authority_vkey));
  return Settings{store,        compress, endpoint, transport_key, log_key,
                  directory,    policy,   rules,    witnesses,     heartbeat,
                  address_file, log,      level,    network,       authority};
}

}  // namespace safeconduct::broker
