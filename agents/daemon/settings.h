// agent.toml: where the agent's keys, store and socket lie, and whom it believes.
//
//   [agent]   agency, keys=".", store="store", socket="agent.sock", log="", log_level="info",
//             direct="" (tcp://address:port where other agencies bring content directly)
//   [broker]  endpoint, transport (base64: the broker's transport key)
//   [network] name, authority (vkey), log (vkey)
//   [person]  name, contact, neutral_name, neutral_contact, zone="UTC", language="en": how the
//             pages for persons name this agency and whom to call; the neutral ones must not give
//             away what the agency does
#pragma once

#include <string>

#include "schemas/base/ids.h"
#include "schemas/base/log.h"
#include "schemas/ledger/note_key.h"

namespace safeconduct::agent {

// Whom the agent believes: the network's authority for directories, the ledger's key for heads.
struct Trust {
  std::string network;
  ledger::NoteKey authority;
  ledger::NoteKey log;
};

// For the pages that persons get (agents/person).
struct PersonSettings {
  std::string name;
  std::string contact;
  std::string neutral_name;
  std::string neutral_contact;
  std::string zone = "UTC";
  std::string language = "en";
};

struct Settings {
  AgencyId agency;
  std::string keys;    // folder with signing.key, transport.key, rest.key, sealing/
  std::string store;   // folder
  std::string socket;  // of the local interface
  std::string log;     // empty: standard error
  LogLevel log_level = LogLevel::kInfo;
  std::string direct;  // empty: nowhere
  std::string endpoint;
  ByteArray<32> broker_key{};
  Trust trust;
  PersonSettings person;
};

// Relative paths are meant from the file's own folder. Errors: kInvalid with line and column, kIo.
[[nodiscard]] Result<Settings> load_settings(const std::string& path);

}  // namespace safeconduct::agent
