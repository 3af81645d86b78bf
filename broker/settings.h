// The broker's configuration file and the keys that it names.
#pragma once

#include <string>

#include "schemas/base/log.h"
#include "schemas/ledger/note_key.h"
#include "schemas/seal/keys.h"
#include "schemas/seal/sign.h"

namespace safeconduct::broker {

struct Settings {
  std::string store;     // folder
  bool compress = true;  // off where somebody searches the store's files for content
  std::string endpoint;  // tcp://address:port; port * takes a free one
  std::string transport_key;
  std::string log_key;
  std::string directory;     // signed note; may be missing at first
  std::string policy;        // likewise
  std::string rules;         // folder of signed notes: retention, holds; may be missing
  std::string witnesses;     // tlog-policy file: who cosigns, and where; empty: nobody
  Duration heartbeat;        // the longest silence of the log
  std::string address_file;  // the bound endpoint is written there; empty: nowhere
  std::string log;           // empty: standard error
  LogLevel log_level = LogLevel::kInfo;
  std::string network;
  ledger::NoteKey authority;
};

// Paths are relative to the file's folder. Errors: kInvalid with line and column, kNotFound, kIo.
[[nodiscard]] Result<Settings> load_settings(const std::string& path);

}  // namespace safeconduct::broker
