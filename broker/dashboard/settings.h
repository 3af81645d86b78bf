// The dashboard's configuration file and what it names.
#pragma once

#include <string>
#include <vector>

#include "schemas/base/log.h"
#include "schemas/ledger/note_key.h"

namespace safeconduct::dashboard {

// Sign-in by an identity provider of the network (OpenID Connect). Off when `issuer` is empty.
struct OpenIdSettings {
  std::string issuer;
  std::string client_id;
  std::string client_secret_file;  // empty: a public client (PKCE alone)
  std::string redirect;            // https://…/sign-in/openid, as registered at the provider
  std::string claim = "sub";       // which claim names the person in the people file
  std::string name = "your organisation";  // on the button
};

struct Settings {
  explicit Settings(ledger::NoteKey key) : log_key(std::move(key)) {}

  std::string address;  // that the server listens on
  std::uint16_t port = 0;
  std::string certificate;  // PEM; empty only on loopback
  std::string private_key;
  std::vector<std::string> hosts;  // names under which browsers ask; others are refused
  std::string people;              // file
  std::string state;               // folder of the snapshot, links and unsent actions
  std::string address_file;        // the bound address is written there; empty: nowhere
  std::string log;                 // empty: standard error
  LogLevel log_level = LogLevel::kInfo;
  Duration idle = minutes(15);       // then the screen locks
  Duration session_max = hours(10);  // then one signs in again
  AgencyId observer;
  std::string keys;  // folder of signing.key and transport.key
  std::string endpoint;
  ByteArray<32> broker_key{};
  std::string network;
  ledger::NoteKey log_key;
  std::string witnesses;  // tlog-policy file whose witnesses are asked; empty: none is
  OpenIdSettings openid;
};

// Paths are relative to the file's folder. Errors: kInvalid with line and column, kNotFound, kIo.
[[nodiscard]] Result<Settings> load_settings(const std::string& path);

}  // namespace safeconduct::dashboard
