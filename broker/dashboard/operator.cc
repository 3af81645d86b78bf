#include <iostream>

#include "broker/dashboard/links.h"
#include "broker/dashboard/program.h"
#include "broker/dashboard/settings.h"
#include "schemas/base/clock.h"
#include "schemas/base/config.h"
#include "schemas/io/file.h"
#include "schemas/seal/one_time_code.h"
#include "schemas/seal/password.h"

namespace safeconduct::dashboard {
namespace {

constexpr std::size_t kPasswordCharsMin = 12;

Result<std::string> password_from_input() {
  std::cerr << "Password (at least " << kPasswordCharsMin << " characters): " << std::flush;
  std::string line;
  std::getline(std::cin, line);
  if (line.size() < kPasswordCharsMin || line.size() > seal::kPasswordBytesMax) {
    return invalid("a password has at least " + std::to_string(kPasswordCharsMin) + " characters");
  }
  return line;
}

Result<Person> checked(const NewPerson& wanted) {
  Person person;
  TRY(id, AgencyId::parse(wanted.id));
  person.id = id;
  const auto role = role_named(wanted.role);
  if (!role) {
    return invalid("`" + wanted.role +
                   "` is no role; take network_coordinator, agency_coordinator, auditor or "
                   "wall_screen");
  }
  person.role = *role;
  if ((person.role == Role::kAgencyCoordinator) == wanted.agency.empty()) {
    return invalid("an agency coordinator, and nobody else, has an agency; give --agency");
  }
  if (!wanted.agency.empty()) {
    TRY(agency, AgencyId::parse(wanted.agency));
    person.agency = agency;
  }
  person.openid = wanted.openid;
  return person;
}

// Where `address_file` does not say, the configuration does.
std::string base_address(const Settings& settings) {
  if (!settings.address_file.empty()) {
    const auto written = io::read_file(settings.address_file, 1024);
    if (written) return std::string(text_of(*written));
  }
  const std::string scheme = settings.certificate.empty() ? "http://" : "https://";
  if (!settings.hosts.empty()) return scheme + settings.hosts.front();
  return scheme + "localhost:" + std::to_string(settings.port);
}

}  // namespace

Status init_folder(const std::string& folder, const std::string& listen) {
  TRY(agent, Config::load(folder + "/agent.toml"));
  const std::string observer = agent.required_text("agent.agency");
  const std::string endpoint = agent.required_text("broker.endpoint");
  const std::string transport = agent.required_text("broker.transport");
  const std::string network = agent.required_text("network.name");
  const std::string log = agent.required_text("network.log");
  for (const char* other : {"agent.keys", "agent.store", "agent.socket", "network.authority"}) {
    static_cast<void>(agent.text(other, ""));
  }
  TRY_OK(agent.finish());
  const std::string path = folder + "/dashboard.toml";
  TRY_OK(io::write_new(
      path,
      view_of("# The coordinators' dashboard. Paths are relative to this file.\n"
              "[dashboard]\nlisten = \"" +
              listen + "\"\naddress_file = \"address\"\n\n[observer]\nid = \"" + observer +
              "\"\n\n[broker]\nendpoint = \"" + endpoint + "\"\ntransport = \"" + transport +
              "\"\n\n[network]\nname = \"" + network + "\"\nlog = \"" + log + "\"\n"),
      0644));
  std::cout << "Wrote " << path << ". Next: safeconduct-dashboard --config " << path
            << " person add --id ... --role network_coordinator\n";
  return {};
}

Status add_person(const std::string& config_path, const NewPerson& wanted) {
  TRY(settings, load_settings(config_path));
  TRY(people, load_people(settings.people));
  TRY(person, checked(wanted));
  if (person.openid.empty() && !wanted.link_only && person.role != Role::kWallScreen) {
    TRY(password, password_from_input());
    TRY(record, seal::password_record(password));
    person.password = record;
    SystemRandom random;
    const auto secret = random.array<20>();
    person.code.assign(secret.begin(), secret.end());
  }
  std::erase_if(people.list, [&](const Person& known) { return known.id == person.id; });
  const auto at = std::find_if(people.list.begin(), people.list.end(),
                               [&](const Person& known) { return known.id > person.id; });
  people.list.insert(at, person);
  TRY_OK(io::write_durably(settings.people, view_of(to_text(people))));
  std::cout << person.id.text() << " may sign in as " << name(person.role) << ".\n";
  if (person.code.empty()) return {};
  std::cout << "Give this to the authenticator application, once:\n  otpauth://totp/Safeconduct:"
            << person.id.text() << "?secret=" << seal::to_base32(person.code)
            << "&issuer=Safeconduct\n";
  return {};
}

Status remove_person(const std::string& config_path, const std::string& id) {
  TRY(settings, load_settings(config_path));
  TRY(people, load_people(settings.people));
  const auto removed =
      std::erase_if(people.list, [&](const Person& known) { return known.id.text() == id; });
  if (removed == 0) return not_found("nobody is called `" + id + "`; look into the people file");
  return io::write_durably(settings.people, view_of(to_text(people)));
}

Status print_link(const std::string& config_path, const std::string& id,
                  std::int64_t valid_minutes) {
  TRY(settings, load_settings(config_path));
  TRY(people, load_people(settings.people));
  if (people.find(id) == nullptr) {
    return not_found("nobody is called `" + id + "`; add the person first");
  }
  TRY_OK(io::make_private_directory(settings.state));
  SystemRandom random;
  const Instant until = SystemClock().now() + minutes(valid_minutes);
  TRY(token, make_link(settings.state + "/links", id, until, random));
  // After `#`: a browser sends it to nobody, so it stands in no log on the way.
  std::cout << base_address(settings) << "/sign-in#" << token << "\n";
  return {};
}

}  // namespace safeconduct::dashboard
