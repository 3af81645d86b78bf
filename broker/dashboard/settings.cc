#include "broker/dashboard/settings.h"

#include <array>
#include <charconv>

#include "schemas/base/config.h"
#include "schemas/base/suggest.h"
#include "schemas/io/file.h"

namespace safeconduct::dashboard {
namespace {

Result<LogLevel> level_named(const std::string& word) {
  if (word == "debug") return LogLevel::kDebug;
  if (word == "info") return LogLevel::kInfo;
  if (word == "warning") return LogLevel::kWarning;
  if (word == "error") return LogLevel::kError;
  static constexpr std::array<std::string_view, 4> kWords = {"debug", "info", "warning", "error"};
  return invalid("dashboard.log_level `" + word + "` is no level" + did_you_mean(word, kWords));
}

bool is_loopback(const std::string& address) {
  return address.starts_with("127.") || address == "::1";
}

// address:port, the address of IPv6 in brackets.
Status split_listen(const std::string& listen, Settings& out) {
  const std::size_t colon = listen.rfind(':');
  const Error wrong = invalid("dashboard.listen `" + listen +
                              "` is no address and port; write one like `127.0.0.1:7680`");
  if (colon == std::string::npos) return wrong;
  out.address = listen.substr(0, colon);
  if (out.address.starts_with('[') && out.address.ends_with(']')) {
    out.address = out.address.substr(1, out.address.size() - 2);
  }
  const char* end = listen.data() + listen.size();
  const auto [stop, error] = std::from_chars(listen.data() + colon + 1, end, out.port);
  if (error != std::errc() || stop != end) return wrong;
  return {};
}

Error in_key(const std::string& path, std::string_view key, const Error& error) {
  return {error.code, path + ": `" + std::string(key) + "`: " + error.message};
}

Status check(const std::string& path, const Settings& settings) {
  if (settings.certificate.empty() != settings.private_key.empty()) {
    return invalid(path + ": `dashboard.certificate` and `dashboard.private_key` go together");
  }
  if (settings.certificate.empty() && !is_loopback(settings.address)) {
    return invalid(path +
                   ": `dashboard.listen` is reachable from outside; name a certificate and "
                   "its private key, or listen on `127.0.0.1` behind a TLS proxy");
  }
  const OpenIdSettings& openid = settings.openid;
  if (!openid.issuer.empty() && (openid.client_id.empty() || openid.redirect.empty())) {
    return invalid(path + ": `openid.issuer` needs `openid.client_id` and `openid.redirect`");
  }
  return {};
}

struct Keys {
  std::string observer, transport, log_key, listen, level;
};

Keys read_all(Config& config, const std::string& folder, Settings& out) {
  const auto beside = [&](const std::string& name) {
    return name.empty() || name.front() == '/' ? name : folder + "/" + name;
  };
  Keys keys;
  keys.listen = config.text("dashboard.listen", "127.0.0.1:7680");
  out.certificate = beside(config.text("dashboard.certificate", ""));
  out.private_key = beside(config.text("dashboard.private_key", ""));
  out.hosts = config.texts("dashboard.hosts");
  out.people = beside(config.text("dashboard.people", "people"));
  out.state = beside(config.text("dashboard.state", "state"));
  out.address_file = beside(config.text("dashboard.address_file", ""));
  out.log = beside(config.text("dashboard.log", ""));
  keys.level = config.text("dashboard.log_level", "info");
  out.idle = minutes(config.integer("dashboard.idle_minutes", 15, 1, 120));
  out.session_max = hours(config.integer("dashboard.session_hours", 10, 1, 24));
  keys.observer = config.required_text("observer.id");
  out.keys = beside(config.text("observer.keys", "."));
  out.endpoint = config.required_text("broker.endpoint");
  keys.transport = config.required_text("broker.transport");
  out.network = config.required_text("network.name");
  keys.log_key = config.required_text("network.log");
  out.witnesses = beside(config.text("network.witnesses", ""));
  out.openid.issuer = config.text("openid.issuer", "");
  out.openid.client_id = config.text("openid.client_id", "");
  out.openid.client_secret_file = beside(config.text("openid.client_secret_file", ""));
  out.openid.redirect = config.text("openid.redirect", "");
  out.openid.claim = config.text("openid.claim", "sub");
  out.openid.name = config.text("openid.name", "your organisation");
  return keys;
}

}  // namespace

Result<Settings> load_settings(const std::string& path) {
  TRY(config, Config::load(path));
  std::string log_key_text = config.required_text("network.log");
  auto log_key = ledger::NoteKey::parse(log_key_text);
  if (!log_key) {
    TRY_OK(config.finish());
    return in_key(path, "network.log", log_key.error());
  }
  Settings out(*log_key);
  const Keys keys = read_all(config, io::directory_of(path), out);
  TRY_OK(config.finish());
  TRY_OK(split_listen(keys.listen, out));
  TRY(level, level_named(keys.level));
  out.log_level = level;
  auto observer = AgencyId::parse(keys.observer);
  if (!observer) return in_key(path, "observer.id", observer.error());
  out.observer = *observer;
  auto transport = from_base64(keys.transport);
  if (!transport) return in_key(path, "broker.transport", transport.error());
  auto broker_key = fixed<32>(*transport, "transport key");
  if (!broker_key) return in_key(path, "broker.transport", broker_key.error());
  out.broker_key = *broker_key;
  TRY_OK(check(path, out));
  return out;
}

}  // namespace safeconduct::dashboard
