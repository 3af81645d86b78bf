// network.toml: what everyone in a network may know of it. Agencies get it from the authority and
// `safeconduct keys new --network` copies it into their configuration.
//
//   [network]
//   name = "demo.example"
//   authority = "<vkey>"       signs the directory
//   log = "<vkey>"             signs the ledger's checkpoints
//   [broker]
//   endpoint = "tcp://127.0.0.1:7600"
//   transport = "<base64>"     the broker's CURVE key
#pragma once

#include <string>

#include "schemas/ledger/note_key.h"
#include "schemas/seal/key_id.h"

namespace safeconduct::cli {

struct NetworkFacts {
  std::string name;
  ledger::NoteKey authority;
  ledger::NoteKey log;
  std::string endpoint;
  seal::TransportPublicKey broker_transport;
  friend bool operator==(const NetworkFacts&, const NetworkFacts&) = default;
};

// 1..64 of a-z, 0-9, '.' and '-': the name is also the authority's key name. Errors: kInvalid.
[[nodiscard]] Status check_network_name(std::string_view name);
// `tcp://host:port`. Errors: kInvalid.
[[nodiscard]] Status check_endpoint(std::string_view endpoint);
// The log's key name and origin.
[[nodiscard]] std::string log_name(std::string_view network);

[[nodiscard]] std::string to_text(const NetworkFacts& facts);
// Errors: kInvalid with line and column; kNotFound, kIo.
[[nodiscard]] Result<NetworkFacts> read_network_facts(const std::string& path);

}  // namespace safeconduct::cli
