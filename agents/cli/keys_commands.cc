#include <filesystem>
#include <memory>

#include "agents/cli/agency_folder.h"
#include "agents/cli/commands.h"
#include "schemas/seal/key_file.h"

namespace safeconduct::cli {
namespace {

struct NewKeys {
  std::string name;
  std::string folder;
  std::string network;
};

Json card_json(const AgencyCard& card) {
  return {{"agency", card.agency.text()},
          {"signing", to_base64(card.signing.bytes)},
          {"transport", to_base64(card.transport.bytes)},
          {"fingerprint", card.fingerprint()}};
}

Result<Answer> new_agency(const NewKeys& options, Random& random, const Style& style) {
  const auto agency = AgencyId::parse(options.name);
  if (!agency) return invalid("`" + options.name + "`: " + agency.error().message);
  std::optional<NetworkFacts> network;
  if (!options.network.empty()) {
    TRY(facts, read_network_facts(options.network));
    network = std::move(facts);
  }
  TRY(card, create_agency_folder(options.folder, *agency, network, random));
  Answer answer;
  answer.document = card_json(card);
  answer.document["card"] = options.folder + "/card";
  if (network) answer.document["config"] = options.folder + "/agent.toml";
  answer.text = "Keys of " + agency->text() + " are in " + options.folder +
                ". Send `card` to the network's authority and read this aloud to them:\n  " +
                style.strong(card.fingerprint()) + "\n";
  answer.text += network ? "Then start the agent: safeconduct-agent --config " + options.folder +
                               "/agent.toml\n"
                         : "Make agent.toml from the network's network.toml before starting the "
                           "agent.\n";
  return answer;
}

Result<Answer> new_officer(const NewKeys& options, Random& random) {
  TRY(vkey, create_officer(options.folder, options.name, random));
  const std::string file = options.folder + "/" + options.name + ".key";
  return Answer{"The key of officer " + options.name + " is in " + file +
                    "; keep it offline. The directory lists this line:\n" + vkey.text() + "\n",
                {{"officer", options.name}, {"key_file", file}, {"vkey", vkey.text()}},
                "",
                0};
}

Result<Answer> show(const std::string& path, const Style& style) {
  std::error_code error;
  const bool folder = std::filesystem::is_directory(path, error);
  TRY(card, folder ? read_agency_folder(path) : read_card(path));
  return Answer{"agency       " + card.agency.text() + "\nfingerprint  " +
                    style.strong(card.fingerprint()) + "\nsigning      " +
                    to_base64(card.signing.bytes) + "\ntransport    " +
                    to_base64(card.transport.bytes) + "\n",
                card_json(card), "", 0};
}

}  // namespace

void add_keys_commands(CommandLine& line, Random& random) {
  CLI::App& keys = line.group("keys", "Make and show keys");

  auto agency = std::make_shared<NewKeys>();
  CLI::App& make = line.command(
      keys, "new", "Make the keys, the card and the configuration of one agency",
      "safeconduct keys new haven --out haven --network network.toml",
      [agency, &random](const Style& style) { return new_agency(*agency, random, style); });
  make.add_option("AGENCY", agency->name, "Its short public name: a-z, 0-9, _ and -")->required();
  make.add_option("--out", agency->folder, "The folder to make")->required();
  make.add_option("--network", agency->network, "The network's network.toml; writes agent.toml");

  auto officer = std::make_shared<NewKeys>();
  CLI::App& sign =
      line.command(keys, "officer", "Make the signing key of a privacy officer",
                   "safeconduct keys officer anna --out officers",
                   [officer, &random](const Style&) { return new_officer(*officer, random); });
  sign.add_option("NAME", officer->name, "The officer's key name")->required();
  sign.add_option("--out", officer->folder, "The folder that gets NAME.key")->required();

  auto path = std::make_shared<std::string>();
  CLI::App& look = line.command(keys, "show", "Show a card and the fingerprint to read aloud",
                                "safeconduct keys show haven",
                                [path](const Style& style) { return show(*path, style); });
  look.add_option("PATH", *path, "An agency's folder, or a card")->required();
}

}  // namespace safeconduct::cli
