// A network of throw-away agencies for tests and benchmarks: real keys, a signed directory, a
// policy signed by two officers, and a broker's folder on disk.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "schemas/base/clock.h"
#include "schemas/ledger/note_key.h"
#include "schemas/seal/keys.h"
#include "schemas/seal/x25519.h"
#include "schemas/wire/directory.h"

namespace safeconduct::rig {

// A folder that goes with the object.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Agency {
  AgencyId id;
  std::vector<std::string> roles;
  seal::SigningKey signing;
  seal::TransportKey transport;
  seal::SealingKey sealing;  // published as card 1
  wire::Standing standing = wire::Standing::kActive;
  bool agreement = true;
  std::string direct = {};  // where its agent takes content directly; empty: nowhere
};

class Network {
 public:
  // name -> role words
  explicit Network(const std::vector<std::pair<std::string, std::vector<std::string>>>& agencies);

  [[nodiscard]] Agency& agency(const std::string& name) { return agencies_.at(name); }
  [[nodiscard]] const Agency& agency(const std::string& name) const { return agencies_.at(name); }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const ledger::NoteKey& authority() const { return authority_key_; }
  [[nodiscard]] const ledger::NoteKey& log_key() const { return log_key_; }
  [[nodiscard]] const seal::SigningKey& log_signing() const { return log_; }
  [[nodiscard]] const seal::TransportKey& broker_transport() const { return broker_transport_; }

  // The directory names this log from now on (after a recovery).
  void set_log(const ledger::NoteKey& log) { log_key_ = log; }
  // A new directory with the agencies as they are now; each has a higher version.
  [[nodiscard]] std::string directory_note();
  // Signed by both officers.
  [[nodiscard]] std::string policy_note(const std::string& policy_text) const;

  // An activation's text, or any other, signed by so many officers.
  [[nodiscard]] std::string officers_note(const std::string& text, int officers = 2) const;

  // broker.toml, keys, directory.note and policy.note (the national policy when the text is empty).
  void write_broker_folder(const std::string& folder, const std::string& policy_text = {});

 private:
  std::string name_ = "test.example";
  SystemRandom random_;
  seal::SigningKey authority_;
  seal::SigningKey log_;
  seal::SigningKey officer_one_;
  seal::SigningKey officer_two_;
  ledger::NoteKey authority_key_;
  ledger::NoteKey log_key_;
  seal::TransportKey broker_transport_;
  std::map<std::string, Agency> agencies_;
  std::uint64_t version_ = 0;
};

[[nodiscard]] std::string national_policy_text();

}  // namespace safeconduct::rig
