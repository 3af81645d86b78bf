#include "agents/cli/network_folder.h"

#include <algorithm>
#include <filesystem>

#include "schemas/base/limits.h"
#include "schemas/base/suggest.h"
#include "schemas/io/file.h"
#include "schemas/ledger/note.h"
#include "schemas/ledger/trust.h"
#include "schemas/seal/key_file.h"

namespace safeconduct::cli {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kPublic = 0644;
constexpr std::size_t kNoteBytesMax = limits::kDocumentBytesMax + 4096;  // text and signature

Error conflict(std::string message) {
  return {ErrorCode::kConflict, std::move(message)};
}

std::string broker_config(const NetworkFacts& facts) {
  return "# The broker of one network. Paths are relative to this file.\n[broker]\nstore = "
         "\"store\"\nendpoint = \"" +
         facts.endpoint +
         "\"\ntransport_key = \"transport.key\"\nlog_key = \"log.key\"\ndirectory = "
         "\"directory.note\"\npolicy = \"policy.note\"\naddress_file = \"address\"\n\n"
         "[network]\nname = \"" +
         facts.name + "\"\nauthority = \"" + facts.authority.text() + "\"\n";
}

std::string trust_text(const NetworkFacts& facts) {
  return "log " + facts.log.text() + "\nquorum none\n";
}

Status check_empty(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  const bool empty = fs::is_directory(path, error) && fs::is_empty(path, error);
  if (!error && empty) return {};
  return conflict("`" + path +
                  "` exists and is not an empty folder; choose another one for the new network");
}

Result<wire::Directory> open_directory(const std::string& note, const NetworkFacts& facts,
                                       const std::string& path) {
  auto opened = ledger::open_note(note, {&facts.authority, 1});
  if (!opened) {
    if (opened.error().code != ErrorCode::kUnauthentic) return std::move(opened).error();
    return unauthentic("the directory in `" + path + "` is not signed by the authority of `" +
                       facts.name +
                       "`; do not use it, and fetch directory.note and network.toml again from the "
                       "authority");
  }
  TRY(directory, wire::parse_directory(opened->text()));
  if (directory.network != facts.name) {
    return unauthentic("the directory in `" + path + "` is of the network `" + directory.network +
                       "`, not of `" + facts.name + "`");
  }
  return directory;
}

Error has_left(const wire::DirectoryAgency& agency) {
  return conflict("`" + agency.id.text() + "` has left the network; add it again under a new card");
}

// A key in two hands would make two agencies one.
bool shares_key(const wire::DirectoryAgency& there, const AgencyCard& card) {
  return there.signing_key == card.signing.bytes || there.transport_key == card.transport.bytes;
}

}  // namespace

NetworkFolder::NetworkFolder(std::string path, NetworkFacts facts, wire::Directory directory,
                             std::string note)
    : path_(std::move(path)),
      facts_(std::move(facts)),
      directory_(std::move(directory)),
      note_(std::move(note)) {}

Result<NetworkFolder> NetworkFolder::create(const std::string& path, const NewNetwork& network,
                                            Random& random, Instant now) {
  TRY_OK(check_network_name(network.name));
  TRY_OK(check_endpoint(network.endpoint));
  TRY_OK(check_empty(path));
  TRY_OK(io::make_private_directory(path));
  TRY_OK(io::make_private_directory(path + "/broker"));
  const auto authority = seal::SigningKey::generate(random);
  const auto log = seal::SigningKey::generate(random);
  const auto transport = seal::TransportKey::generate(random);
  constexpr auto kType = ledger::SignatureType::kEd25519;
  TRY(authority_key, ledger::NoteKey::make(network.name, kType, authority.verify_key()));
  TRY(log_key, ledger::NoteKey::make(log_name(network.name), kType, log.verify_key()));
  const NetworkFacts facts{network.name, authority_key, log_key, network.endpoint,
                           transport.public_key()};
  wire::Directory directory;
  directory.network = network.name;
  directory.issued = now;
  directory.broker_transport_key = transport.public_key().bytes;
  directory.log_vkey = log_key.text();
  for (const ledger::NoteKey& officer : network.officers) {
    directory.officer_vkeys.push_back(officer.text());
  }
  const std::string note = ledger::signed_note(to_text(directory), network.name, authority);
  TRY_OK(seal::write_key_file(path + "/authority.key", authority));
  TRY_OK(seal::write_key_file(path + "/broker/log.key", log));
  TRY_OK(seal::write_key_file(path + "/broker/transport.key", transport));
  TRY_OK(io::write_new(path + "/broker/broker.toml", view_of(broker_config(facts)), kPublic));
  TRY_OK(io::write_new(path + "/broker/directory.note", view_of(note), kPublic));
  TRY_OK(io::write_new(path + "/trust", view_of(trust_text(facts)), kPublic));
  TRY_OK(io::write_new(path + "/network.toml", view_of(to_text(facts)), kPublic));
  TRY_OK(io::write_new(path + "/directory.note", view_of(note), kPublic));
  return NetworkFolder(path, facts, std::move(directory), note);
}

Result<NetworkFolder> NetworkFolder::open(const std::string& path) {
  TRY(facts, read_network_facts(path + "/network.toml"));
  TRY(bytes, io::read_file(path + "/directory.note", kNoteBytesMax));
  std::string note(text_of(bytes));
  TRY(directory, open_directory(note, facts, path));
  return NetworkFolder(path, std::move(facts), std::move(directory), std::move(note));
}

bool NetworkFolder::broker_is_current() const {
  const auto copy = io::read_file(path_ + "/broker/directory.note", kNoteBytesMax);
  return copy && text_of(*copy) == note_;
}

Status NetworkFolder::refresh_broker() const {
  return io::write_durably(path_ + "/broker/directory.note", view_of(note_), kPublic);
}

Status NetworkFolder::publish(wire::Directory next, Instant now) {
  next.version = directory_.version + 1;
  next.issued = std::max(now, directory_.issued);
  const std::string text = to_text(next);
  // What this program writes, every reader must be able to read.
  TRY_OK(wire::parse_directory(text));
  TRY(authority, seal::read_signing_key(path_ + "/authority.key"));
  if (authority.verify_key() != facts_.authority.key()) {
    return unauthentic("`" + path_ + "/authority.key` is not the key that network.toml names as `" +
                       facts_.name + "`; restore the right one");
  }
  const std::string note = ledger::signed_note(text, facts_.name, authority);
  TRY_OK(io::write_durably(path_ + "/directory.note", view_of(note), kPublic));
  directory_ = std::move(next);
  note_ = note;
  return refresh_broker();
}

Status NetworkFolder::add(const NewAgency& agency, Instant now) {
  wire::Directory next = directory_;
  for (const wire::DirectoryAgency& there : directory_.agencies) {
    const bool same_id = there.id == agency.card.agency;
    if (same_id && there.standing != wire::Standing::kLeft) {
      return conflict("`" + there.id.text() +
                      "` is in the directory already; remove it first, or give the new agency "
                      "another id");
    }
    if (shares_key(there, agency.card)) {
      return conflict("the card of `" + agency.card.agency.text() + "` has a key of `" +
                      there.id.text() +
                      "`; every agency makes its own with `safeconduct keys new`");
    }
  }
  std::erase_if(next.agencies, [&](const auto& there) { return there.id == agency.card.agency; });
  if (next.agencies.size() >= limits::kAgenciesMax) {
    return conflict("the directory is full with " + std::to_string(limits::kAgenciesMax) +
                    " agencies");
  }
  wire::DirectoryAgency entry{.id = agency.card.agency,
                              .roles = agency.roles,
                              .signing_key = agency.card.signing.bytes,
                              .transport_key = agency.card.transport.bytes,
                              .agreement = agency.agreement,
                              .training = agency.training,
                              .direct = agency.direct};
  const auto at = std::find_if(next.agencies.begin(), next.agencies.end(),
                               [&](const auto& there) { return entry.id < there.id; });
  next.agencies.insert(at, std::move(entry));
  return publish(std::move(next), now);
}

Result<wire::DirectoryAgency*> NetworkFolder::find(wire::Directory& in,
                                                   std::string_view agency) const {
  std::vector<std::string_view> known;
  for (wire::DirectoryAgency& there : in.agencies) {
    if (there.id.text() == agency) return &there;
    known.push_back(there.id.text());
  }
  return not_found("no agency `" + std::string(agency) + "` in the directory" +
                   did_you_mean(agency, known));
}

Status NetworkFolder::set_standing(std::string_view agency, wire::Standing standing, Instant now) {
  wire::Directory next = directory_;
  TRY(entry, find(next, agency));
  if (entry->standing == standing) {
    return conflict("`" + entry->id.text() + "` is " + std::string(name(standing)) + " already");
  }
  if (entry->standing == wire::Standing::kLeft) return has_left(*entry);
  entry->standing = standing;
  return publish(std::move(next), now);
}

Status NetworkFolder::renew(std::string_view agency,
                            const std::optional<wire::DatedProof>& agreement,
                            const std::optional<wire::DatedProof>& training, Instant now) {
  if (!agreement && !training) return invalid("give --agreement, --training, or both");
  wire::Directory next = directory_;
  TRY(entry, find(next, agency));
  if (entry->standing == wire::Standing::kLeft) return has_left(*entry);
  if (agreement) entry->agreement = *agreement;
  if (training) entry->training = *training;
  return publish(std::move(next), now);
}

Status NetworkFolder::set_log(const ledger::NoteKey& log, Instant now) {
  wire::Directory next = directory_;
  if (next.log_vkey == log.text()) {
    return conflict("the directory names the log `" + log.name() + "` already");
  }
  next.log_vkey = log.text();
  TRY_OK(publish(std::move(next), now));
  // Auditors of the old log keep its line.
  TRY(trust, io::read_file(path_ + "/trust", ledger::kTrustBytesMax));
  const std::string both = "log " + log.text() + "\n" + std::string(text_of(trust));
  TRY_OK(io::write_durably(path_ + "/trust", view_of(both), kPublic));
  facts_.log = log;
  return io::write_durably(path_ + "/network.toml", view_of(to_text(facts_)), kPublic);
}

Status NetworkFolder::add_officer(const ledger::NoteKey& officer, Instant now) {
  wire::Directory next = directory_;
  for (const std::string& there : next.officer_vkeys) {
    const auto key = ledger::NoteKey::parse(there);
    if (key && (key->name() == officer.name() || key->key() == officer.key())) {
      return conflict("the directory lists the officer `" + key->name() +
                      "` with this name or key already");
    }
  }
  next.officer_vkeys.push_back(officer.text());
  return publish(std::move(next), now);
}

}  // namespace safeconduct::cli
