#include "tests/rig/network.h"

#include <cstdlib>
#include <filesystem>

#include "schemas/io/file.h"
#include "schemas/ledger/note.h"
#include "schemas/seal/key_file.h"

#include "policies/compile.h"

namespace safeconduct::rig {
namespace {

ledger::NoteKey note_key(const std::string& name, const seal::SigningKey& key) {
  return ledger::NoteKey::make(name, ledger::SignatureType::kEd25519, key.verify_key()).value();
}

wire::DatedProof in_date(bool valid) {
  const Date today = date_of(SystemClock().now());
  if (valid) return {{today.year - 1, 1, 1}, {today.year + 1, 12, 28}};
  return {{today.year - 2, 1, 1}, {today.year - 1, 1, 1}};
}

void must(const Status& status) {
  if (status) return;
  throw std::runtime_error(status.error().message);
}

}  // namespace

TempFolder::TempFolder() {
  const char* base = std::getenv("TMPDIR");
  std::string path = std::string(base != nullptr ? base : P_tmpdir) + "/safeconduct-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = path;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Network::Network(const std::vector<std::pair<std::string, std::vector<std::string>>>& agencies)
    : authority_(seal::SigningKey::generate(random_)),
      log_(seal::SigningKey::generate(random_)),
      officer_one_(seal::SigningKey::generate(random_)),
      officer_two_(seal::SigningKey::generate(random_)),
      authority_key_(note_key(name_, authority_)),
      log_key_(note_key(name_ + "/log", log_)),
      broker_transport_(seal::TransportKey::generate(random_)) {
  for (const auto& [name, roles] : agencies) {
    agencies_.emplace(
        name, Agency{AgencyId::parse(name).value(), roles, seal::SigningKey::generate(random_),
                     seal::TransportKey::generate(random_), seal::SealingKey::generate(random_)});
  }
}

std::string Network::directory_note() {
  wire::Directory directory;
  directory.network = name_;
  directory.version = ++version_;
  directory.issued = SystemClock().now();
  directory.broker_transport_key = broker_transport_.public_key().bytes;
  directory.log_vkey = log_key_.text();
  directory.officer_vkeys = {note_key("officer-one", officer_one_).text(),
                             note_key("officer-two", officer_two_).text()};
  for (const auto& [name, agency] : agencies_) {
    directory.agencies.push_back({agency.id, agency.roles, agency.standing,
                                  agency.signing.verify_key().bytes,
                                  agency.transport.public_key().bytes, in_date(agency.agreement),
                                  in_date(agency.agreement), agency.direct});
  }
  return ledger::signed_note(to_text(directory), name_, authority_);
}

std::string Network::policy_note(const std::string& policy_text) const {
  const auto compiled = policies::compile_text(policy_text, "policy");
  if (!compiled) throw std::runtime_error(compiled.error().message);
  return officers_note(compiled->text());
}

std::string Network::officers_note(const std::string& text, int officers) const {
  ledger::Note note{text, {}};
  note.signatures.push_back(ledger::sign_text(note.text, "officer-one", officer_one_));
  if (officers > 1) {
    note.signatures.push_back(ledger::sign_text(note.text, "officer-two", officer_two_));
  }
  return to_text(note);
}

void Network::write_broker_folder(const std::string& folder, const std::string& policy_text) {
  must(io::make_private_directory(folder));
  must(seal::write_key_file(folder + "/transport.key", broker_transport_));
  must(seal::write_key_file(folder + "/log.key", log_));
  must(io::write_durably(folder + "/directory.note", view_of(directory_note())));
  const std::string text = policy_text.empty() ? national_policy_text() : policy_text;
  must(io::write_durably(folder + "/policy.note", view_of(policy_note(text))));
  const std::string config =
      "[broker]\nendpoint = \"tcp://127.0.0.1:*\"\naddress_file = "
      "\"address\"\nlog = \"broker.log\"\n[network]\nname = \"" +
      name_ + "\"\nauthority = \"" + authority_key_.text() + "\"\n";
  must(io::write_durably(folder + "/broker.toml", view_of(config)));
}

std::string national_policy_text() {
  const auto bytes = io::read_file(
      std::string(SAFECONDUCT_SOURCE) + "/policies/national-referral.policy", 1 << 20);
  if (!bytes) throw std::runtime_error(bytes.error().message);
  return std::string(text_of(*bytes));
}

}  // namespace safeconduct::rig
