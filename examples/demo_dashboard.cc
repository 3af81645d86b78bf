#include "examples/demo_dashboard.h"

#include <signal.h>

#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "schemas/io/http.h"

namespace safeconduct::demo {
namespace {

constexpr Duration kWait = seconds(30);
const std::string kProgram = "safeconduct-dashboard";

std::string must(const std::vector<std::string>& arguments) {
  const Ran ran = run_to_end(kProgram, arguments);
  if (ran.exit != 0) throw std::runtime_error(ran.output);
  return ran.output;
}

io::HttpResponse ask(io::HttpFetch fetch) {
  auto answer = io::http_fetch(fetch);
  if (!answer) throw std::runtime_error(answer.error().message);
  return std::move(*answer);
}

}  // namespace

bool has_dashboard() {
  return std::filesystem::exists(std::string(SAFECONDUCT_BUILD) + "/" + kProgram);
}

void Dashboard::start() {
  if (!std::filesystem::exists(config())) {
    must({"init", folder_, "--listen", "127.0.0.1:0"});
    must({"--config", config(), "person", "add", "--id", "coordinator", "--role",
          "network_coordinator", "--link-only"});
  }
  const std::string written = folder_ + "/address";
  std::filesystem::remove(written);
  process_ = std::make_unique<rig::Process>(
      kProgram, std::vector<std::string>{"--config", config()}, folder_ + "/dashboard.log");
  address_ = rig::wait_for_file(written, kWait);
  if (address_.empty()) throw std::runtime_error(rig::read_text(folder_ + "/dashboard.log"));
}

std::string Dashboard::link() const {
  std::string out =
      must({"--config", config(), "link", "--id", "coordinator", "--minutes", "1440"});
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

Json Dashboard::check(std::uint64_t entries) const {
  const std::string token = link().substr(link().find('#') + 1);
  io::HttpFetch enter;
  enter.url = address_ + "/api/sign-in";
  enter.method = "POST";
  enter.content_type = "application/json";
  enter.headers = {{"Origin", address_}};
  enter.body = Json{{"link", token}}.dump();
  const io::HttpResponse entered = ask(enter);
  const std::string cookie(entered.header("Set-Cookie"));
  if (entered.status != 200 || cookie.empty()) throw std::runtime_error(entered.body);
  io::HttpFetch look;
  look.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
  for (Duration waited{0}; waited < kWait; waited.ms += 100) {
    look.url = address_ + "/api/integrity";
    const Json seen = Json::parse(ask(look).body);
    if (seen.at("verified").get<std::uint64_t>() >= entries) {
      look.url = address_ + "/api/tiles";
      return Json::parse(ask(look).body).at("tiles");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  throw std::runtime_error("the dashboard does not catch up:\n" +
                           rig::read_text(folder_ + "/dashboard.log"));
}

void Dashboard::stop() {
  if (process_) process_->end(SIGTERM);
}

}  // namespace safeconduct::demo
