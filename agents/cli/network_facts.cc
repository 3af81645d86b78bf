#include "agents/cli/network_facts.h"

#include <algorithm>
#include <charconv>

#include "schemas/base/config.h"
#include "schemas/io/file.h"

namespace safeconduct::cli {
namespace {

constexpr std::size_t kFileBytesMax = 64 * 1024;

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), port);
  return bad == std::errc() && end == text.data() + text.size();
}

Result<ledger::NoteKey> key_named(const std::string& vkey, const std::string& name,
                                  const std::string& path, std::string_view what) {
  auto key = ledger::NoteKey::parse(vkey);
  const std::string place = path + ": `network." + std::string(what) + "`";
  if (!key) return invalid(place + ": " + key.error().message);
  if (key->name() != name) {
    return invalid(place + " is a key named `" + key->name() + "`; `" + name + "` expected");
  }
  return key;
}

}  // namespace

Status check_network_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  if (!name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed)) {
    return {};
  }
  return invalid("`" + std::string(name) +
                 "` is no network name; take 1 to 64 of a-z, 0-9, `.` and `-`, such as "
                 "`referrals.example`");
}

Status check_endpoint(std::string_view endpoint) {
  constexpr std::string_view kScheme = "tcp://";
  const auto allowed = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; };
  const std::size_t colon = endpoint.rfind(':');
  const bool whole = endpoint.starts_with(kScheme) && colon > kScheme.size() &&
                     is_port(endpoint.substr(colon + 1)) &&
                     std::all_of(endpoint.begin(), endpoint.end(), allowed);
  if (whole) return {};
  return invalid("`" + std::string(endpoint) +
                 "` is no endpoint; write `tcp://host:port`, such as `tcp://127.0.0.1:7600`");
}

std::string log_name(std::string_view network) {
  return std::string(network) + "/log";
}

std::string to_text(const NetworkFacts& facts) {
  return "# Public facts of this network: give this file to every agency.\n"
         "[network]\nname = \"" +
         facts.name + "\"\nauthority = \"" + facts.authority.text() + "\"\nlog = \"" +
         facts.log.text() + "\"\n\n[broker]\nendpoint = \"" + facts.endpoint +
         "\"\ntransport = \"" + to_base64(facts.broker_transport.bytes) + "\"\n";
}

Result<NetworkFacts> read_network_facts(const std::string& path) {
  TRY(bytes, io::read_file(path, kFileBytesMax));
  TRY(config, Config::parse(text_of(bytes), path));
  const std::string name = config.required_text("network.name");
  const std::string authority_vkey = config.required_text("network.authority");
  const std::string log_vkey = config.required_text("network.log");
  const std::string endpoint = config.required_text("broker.endpoint");
  const std::string transport = config.required_text("broker.transport");
  TRY_OK(config.finish());
  TRY_OK(check_network_name(name));
  TRY_OK(check_endpoint(endpoint));
  TRY(authority, key_named(authority_vkey, name, path, "authority"));
  TRY(log, key_named(log_vkey, log_name(name), path, "log"));
  const auto raw = from_base64(transport);
  const auto key = raw ? fixed<32>(*raw, "key") : Result<ByteArray<32>>(raw.error());
  if (!key) return invalid(path + ": `broker.transport`: " + key.error().message);
  return NetworkFacts{name, authority, log, endpoint, {*key}};
}

}  // namespace safeconduct::cli
