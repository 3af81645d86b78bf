#include "examples/demo_stage.h"

#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "schemas/base/clock.h"
#include "schemas/io/file.h"
#include "schemas/io/http.h"

namespace safeconduct::demo {
namespace {

constexpr Duration kStartWait = seconds(30);

void nap(Duration time) {
  std::this_thread::sleep_for(std::chrono::milliseconds(time.ms));
}

std::string in_date() {
  const Date today = date_of(SystemClock().now());
  return std::to_string(today.year - 1) + "-01-01:" + std::to_string(today.year + 1) + "-12-31";
}

// A loopback port that is free now. The broker keeps it across its restarts.
std::string free_endpoint() {
  const io::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.get(), any, size) != 0 || ::getsockname(socket.get(), any, &size) != 0) {
    throw std::runtime_error("no free port on 127.0.0.1");
  }
  return "tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

}  // namespace

const std::vector<AgencyRole>& cast() {
  static const std::vector<AgencyRole> all = {
      {"helpline", "hotline", "helpline"},
      {"bridge", "ngo_case", "victim-support NGO"},
      {"haven", "shelter", "shelter"},
      {"harbour", "shelter", "second shelter"},
      {"refuge", "shelter", "third shelter"},
      {"stmary", "health", "clinic"},
      {"calm", "mental_health", "counselling"},
      {"metro", "police", "police"},
      {"lexaid", "legal", "lawyer"},
      {"kinder", "child_protection", "child protection"},
      {"border", "immigration", "immigration authority"},
  };
  return all;
}

Ran run_to_end(const std::string& program, const std::vector<std::string>& arguments) {
  char name[] = P_tmpdir "/safeconduct-out-XXXXXX";
  const int made = ::mkstemp(name);
  if (made >= 0) ::close(made);
  rig::Process process(program, arguments, name);
  Ran ran;
  ran.exit = process.wait_for_exit(minutes(5));
  ran.output = rig::read_text(name);
  std::filesystem::remove(name);
  return ran;
}

std::string indented(const std::string& text) {
  std::string out = "  ";
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    if (text[i] == '\n' && i + 1 < text.size()) out += "  ";
  }
  return out;
}

Stage::Stage(std::string folder) : folder_(std::move(folder)) {}

Ran Stage::tool(const std::vector<std::string>& arguments) const {
  return run_to_end("safeconduct", arguments);
}

void Stage::must(const std::vector<std::string>& arguments) const {
  const Ran ran = tool(arguments);
  if (ran.exit != 0) throw std::runtime_error(ran.output);
}

void Stage::add_agency(const AgencyRole& agency) const {
  must({"keys", "new", agency.name, "--out", agency_folder(agency.name), "--network",
        network() + "/network.toml"});
  must({"network", "add", network(), "--card", agency_folder(agency.name) + "/card", "--role",
        agency.roles, "--agreement", in_date(), "--training", in_date()});
}

void Stage::set_up() {
  const std::string officers = folder_ + "/officers";
  std::vector<std::string> init = {"network",      "init",       network(),      "--name",
                                   "demo.example", "--endpoint", free_endpoint()};
  for (const std::string name : {"officer-ana", "officer-ben"}) {
    const Ran made = tool({"keys", "officer", name, "--out", officers, "--json"});
    if (made.exit != 0) throw std::runtime_error(made.output);
    init.insert(init.end(), {"--officer", Json::parse(made.output).at("vkey").get<std::string>()});
  }
  must(init);
  for (const AgencyRole& agency : cast()) add_agency(agency);
  add_agency({"board", "coordinator", "the coordinators' dashboard"});
  const std::string policy = std::string(SAFECONDUCT_SOURCE) + "/policies/national-referral.policy";
  for (const std::string name : {"officer-ana", "officer-ben"}) {
    must({"policy", "sign", policy, "--key", officers + "/" + name + ".key", "--name", name,
          "--out", network() + "/broker/policy.note"});
  }
}

void Stage::start_broker() {
  const std::string broker = network() + "/broker";
  const std::string address = broker + "/address";
  std::filesystem::remove(address);
  broker_ = std::make_unique<rig::Process>(
      "safeconduct-broker", std::vector<std::string>{"--config", broker + "/broker.toml"},
      broker + "/broker.log");
  if (rig::wait_for_file(address, kStartWait).empty()) {
    throw std::runtime_error(rig::read_text(broker + "/broker.log"));
  }
}

void Stage::start_agent(const std::string& agency) {
  const std::string folder = agency_folder(agency);
  agents_[agency] = std::make_unique<rig::Process>(
      "safeconduct-agent", std::vector<std::string>{"--config", folder + "/agent.toml"},
      folder + "/agent.log");
}

void Stage::start_all() {
  start_broker();
  for (const AgencyRole& agency : cast()) start_agent(agency.name);
  for (const AgencyRole& agency : cast()) wait_until_connected(agency.name);
}

void Stage::kill_broker() {
  broker_->kill_now();
}

void Stage::stop_broker() {
  broker_->end(SIGTERM);
}

void Stage::stop_agent(const std::string& agency) {
  agents_.at(agency)->end(SIGTERM);
}

void Stage::stop_all() {
  for (auto& [name, agent] : agents_) agent->end(SIGTERM);
  if (broker_) broker_->end(SIGTERM);
}

Json Stage::ask(const std::string& agency, const std::string& method, const std::string& target,
                const Json& body, bool tolerate) const {
  io::HttpCall call;
  call.socket_path = agency_folder(agency) + "/agent.sock";
  call.method = method;
  call.target = target;
  if (!body.is_null()) call.body = body.dump();
  const auto answer = io::http_request(call);
  if (!answer) {
    if (tolerate) return nullptr;
    throw std::runtime_error(agency + ": " + answer.error().message);
  }
  Json document = Json::parse(answer->body, nullptr, false);
  if (answer->status >= 400 && !tolerate) throw std::runtime_error(agency + ": " + answer->body);
  return document;
}

void Stage::wait_until_connected(const std::string& agency) const {
  for (Duration waited{0}; waited < kStartWait; waited.ms += 50) {
    const Json status = ask(agency, "GET", "/v1/status", nullptr, true);
    const bool ready = status.is_object() && status.value("connected", false) &&
                       status.contains("policy") && status["policy"].is_object();
    if (ready) return;
    nap(milliseconds(50));
  }
  throw std::runtime_error("the agent of " + agency + " did not connect:\n" +
                           rig::read_text(agency_folder(agency) + "/agent.log"));
}

}  // namespace safeconduct::demo
