#include "agents/daemon/settings.h"

#include <array>

#include "schemas/base/config.h"
#include "schemas/base/suggest.h"
#include "schemas/io/file.h"

namespace safeconduct::agent {
namespace {

std::string under(const std::string& folder, const std::string& path) {
  return path.starts_with('/') ? path : folder + "/" + path;
}

Result<LogLevel> log_level_named(const std::string& word) {
  if (word == "debug") return LogLevel::kDebug;
  if (word == "info") return LogLevel::kInfo;
  if (word == "warning") return LogLevel::kWarning;
  if (word == "error") return LogLevel::kError;
  constexpr std::array<std::string_view, 4> kWords = {"debug", "info", "warning", "error"};
  return invalid("`agent.log_level` is `" + word + "`, give debug, info, warning or error" +
                 did_you_mean(word, kWords));
}

PersonSettings read_person(Config& config) {
  PersonSettings out;
  out.name = config.text("person.name", "");
  out.contact = config.text("person.contact", "");
  out.neutral_name = config.text("person.neutral_name", "");
  out.neutral_contact = config.text("person.neutral_contact", "");
  out.zone = config.text("person.zone", out.zone);
  out.language = config.text("person.language", out.language);
  return out;
}

Error in_key(const std::string& path, std::string_view key, const Error& error) {
  return {error.code, path + ": `" + std::string(key) + "`: " + error.message};
}

}  // namespace

Result<Settings> load_settings(const std::string& path) {
  TRY(config, Config::load(path));
  const std::string folder = io::directory_of(path);
  const std::string agency_text = config.required_text("agent.agency");
  const std::string keys = under(folder, config.text("agent.keys", "."));
  const std::string store = under(folder, config.text("agent.store", "store"));
  const std::string socket = under(folder, config.text("agent.socket", "agent.sock"));
  const std::string log = config.text("agent.log", "");
  const std::string level_text = config.text("agent.log_level", "info");
  const std::string direct = config.text("agent.direct", "");
  const std::string endpoint = config.required_text("broker.endpoint");
  const std::string transport_text = config.required_text("broker.transport");
  const std::string network = config.required_text("network.name");
  const std::string authority_text = config.required_text("network.authority");
  const std::string log_key_text = config.required_text("network.log");
  PersonSettings person = read_person(config);
  TRY_OK(config.finish());

  auto agency = AgencyId::parse(agency_text);
  if (!agency) return in_key(path, "agent.agency", agency.error());
  auto level = log_level_named(level_text);
  if (!level) return level.error();
  auto transport = from_base64(transport_text);
  if (!transport) return in_key(path, "broker.transport", transport.error());
  auto broker_key = fixed<32>(*transport, "transport key");
  if (!broker_key) return in_key(path, "broker.transport", broker_key.error());
  auto authority = ledger::NoteKey::parse(authority_text);
  if (!authority) return in_key(path, "network.authority", authority.error());
  auto log_key = ledger::NoteKey::parse(log_key_text);
  if (!log_key) return in_key(path, "network.log", log_key.error());
  if (authority->name() != network) {
    return invalid(path + ": `network.authority` is a key of `" + authority->name() +
                   "`, not of the network `" + network + "`; copy both from network.toml");
  }
  return Settings{
      *agency,          keys,   store,    socket,      log.empty() ? log : under(folder, log),
      *level,           direct, endpoint, *broker_key, Trust{network, *authority, *log_key},
      std::move(person)};
}

}  // namespace safeconduct::agent
