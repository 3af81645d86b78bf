#include "tests/e2e/scene.h"

#include <filesystem>
#include <stdexcept>

#include "schemas/io/file.h"
#include "schemas/io/net.h"

namespace safeconduct::e2e {
namespace {

void must_write(const Status& written) {
  if (!written) throw std::runtime_error(written.error().message);
}

// Nothing listens there now; the agent will.
std::string free_endpoint() {
  io::RouterOptions options;
  options.endpoint = "tcp://127.0.0.1:*";
  options.keys = io::new_curve_keys();
  const auto socket = io::RouterSocket::bind(
      std::move(options), [](const auto&) { return std::optional<std::string>(); });
  if (!socket) throw std::runtime_error(socket.error().message);
  return socket->endpoint();
}

}  // namespace

Scene::Scene(const std::string& broker_settings, const std::string& policy,
             const std::vector<std::string>& direct)
    : network_({{"bridge", {"ngo_case"}},
                {"haven", {"shelter"}},
                {"stmary", {"health"}},
                {"metro", {"police"}}}) {
  const std::string broker = folder_.path() + "/broker";
  for (const std::string& name : direct) network_.agency(name).direct = free_endpoint();
  network_.write_broker_folder(broker, policy);
  if (!broker_settings.empty()) {
    std::string config = rig::read_text(broker + "/broker.toml");
    config.insert(config.find("[network]"), broker_settings + "\n");
    must_write(io::write_durably(broker + "/broker.toml", view_of(config)));
  }
  broker_ = std::make_unique<rig::Broker>(network_, broker);
  for (const std::string name : {"bridge", "haven", "stmary", "metro"}) {
    agents_[name] = std::make_unique<rig::Agent>(network_, name, broker_->endpoint(),
                                                 folder_.path() + "/" + name);
  }
}

void Scene::start(const std::vector<std::string>& agencies) {
  for (const std::string& name : agencies) agents_.at(name)->start();
  for (const std::string& name : agencies) agents_.at(name)->wait_until_serving();
}

std::string Scene::trust_file() const {
  const std::string path = folder_.path() + "/trust";
  const std::string text = "log " + network_.log_key().text() + "\nquorum none\n";
  must_write(io::write_durably(path, view_of(text)));
  return path;
}

Json consent_for(const std::string& purpose, const std::string& recipient, const Json& categories) {
  return {{"safeconduct", "consent/1"},
          {"grantor", "self"},
          {"form", "written"},
          {"language", "en"},
          {"rights_told", true},
          {"refusal_costs_nothing_told", true},
          {"capacity", "yes"},
          {"evidence", "signed form"},
          {"scopes",
           Json::array(
               {{{"purpose", purpose}, {"recipients", {recipient}}, {"categories", categories}}})}};
}

Json shelter_referral(const std::string& consent, const std::string& mark) {
  return {{"safeconduct", "referral/1"},
          {"to", "haven"},
          {"as", "ngo_case"},
          {"to_role", "shelter"},
          {"purpose", "safe_accommodation"},
          {"urgency", "tonight"},
          {"consent", consent},
          {"content",
           {{"needs", {{"service_requested", {"bed"}}, {"interpreter_needed", true}}},
            {"identity", {{"first_name", mark}, {"alias", "Robin"}}},
            {"demographics", {{"birthdate", "2001-05-17"}, {"gender", "feminine"}}},
            {"risk", {{"danger_level", "high"}, {"threats", {"threat " + mark}}}},
            {"narrative", {{"account", "account " + mark}}}}}};
}

Ran run(const std::string& program, const std::vector<std::string>& arguments,
        const std::string& output_file) {
  std::filesystem::remove(output_file);
  rig::Process process(program, arguments, output_file);
  Ran ran;
  ran.exit = process.wait_for_exit(minutes(5));
  ran.output = rig::read_text(output_file);
  return ran;
}

}  // namespace safeconduct::e2e
