#include "agents/cli/agency_folder.h"

#include "schemas/io/file.h"
#include "schemas/seal/key_file.h"

namespace safeconduct::cli {
namespace {

constexpr unsigned kPublic = 0644;

Status check_officer_name(const std::string& name) {
  const bool fit = ledger::is_note_key_name(name) && name.size() <= 64 &&
                   name.find_first_of("/=\"\\") == std::string::npos && name[0] != '.';
  if (fit) return {};
  return invalid("`" + name +
                 "` is no name for an officer's key; take letters, digits, `.`, `_` and `-`, such "
                 "as `anna`");
}

}  // namespace

std::string agent_config(const AgencyId& agency, const NetworkFacts& network) {
  return "# The agent of one agency. Paths are relative to this file.\n[agent]\nagency = \"" +
         agency.text() +
         "\"\nkeys = \".\"\nstore = \"store\"\nsocket = \"agent.sock\"\n\n[broker]\nendpoint = \"" +
         network.endpoint + "\"\ntransport = \"" + to_base64(network.broker_transport.bytes) +
         "\"\n\n[network]\nname = \"" + network.name + "\"\nauthority = \"" +
         network.authority.text() + "\"\nlog = \"" + network.log.text() + "\"\n";
}

Result<AgencyCard> create_agency_folder(const std::string& path, const AgencyId& agency,
                                        const std::optional<NetworkFacts>& network,
                                        Random& random) {
  TRY_OK(io::make_private_directory(path));
  const auto signing = seal::SigningKey::generate(random);
  const auto transport = seal::TransportKey::generate(random);
  // The first file decides: where a signing key lies, nothing is touched.
  TRY_OK(seal::write_key_file(path + "/signing.key", signing));
  TRY_OK(seal::write_key_file(path + "/transport.key", transport));
  TRY_OK(seal::write_key_file(path + "/rest.key", seal::RestKey::generate(random)));
  TRY_OK(io::make_private_directory(path + "/sealing"));
  TRY_OK(seal::write_key_file(path + "/sealing/1.key", seal::SealingKey::generate(random)));
  const AgencyCard card{agency, signing.verify_key(), transport.public_key()};
  TRY_OK(io::write_new(path + "/card", view_of(to_text(card)), kPublic));
  if (network) {
    TRY_OK(io::write_new(path + "/agent.toml", view_of(agent_config(agency, *network)), kPublic));
  }
  return card;
}

Result<AgencyCard> read_agency_folder(const std::string& path) {
  TRY(card, read_card(path + "/card"));
  TRY(signing, seal::read_signing_key(path + "/signing.key"));
  TRY(transport, seal::read_transport_key(path + "/transport.key"));
  if (signing.verify_key() != card.signing || transport.public_key() != card.transport) {
    return unauthentic("the card in `" + path +
                       "` does not belong to the keys beside it; do not hand it out");
  }
  return card;
}

Result<ledger::NoteKey> create_officer(const std::string& folder, const std::string& name,
                                       Random& random) {
  TRY_OK(check_officer_name(name));
  TRY_OK(io::make_private_directory(folder));
  const auto signing = seal::SigningKey::generate(random);
  TRY(vkey, ledger::NoteKey::make(name, ledger::SignatureType::kEd25519, signing.verify_key()));
  TRY_OK(seal::write_key_file(folder + "/" + name + ".key", signing));
  return vkey;
}

}  // namespace safeconduct::cli
