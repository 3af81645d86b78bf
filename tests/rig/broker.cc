#include "tests/rig/broker.h"

#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "schemas/io/file.h"

namespace safeconduct::rig {

Broker::Broker(Network& network, std::string folder, const std::string& policy_text)
    : network_(network), folder_(std::move(folder)) {
  if (!std::filesystem::exists(folder_ + "/broker.toml")) {
    network_.write_broker_folder(folder_, policy_text);
  }
  start();
}

void Broker::start() {
  // The same port again, so that clients find it: after the first start the configuration names it.
  std::filesystem::remove(folder_ + "/address");
  process_ = std::make_unique<Process>(
      "safeconduct-broker", std::vector<std::string>{"--config", folder_ + "/broker.toml"},
      folder_ + "/output");
  endpoint_ = wait_for_file(folder_ + "/address", seconds(20));
  if (endpoint_.empty()) {
    throw std::runtime_error("the broker did not start: " + read_text(folder_ + "/output") + log());
  }
  std::string config = read_text(folder_ + "/broker.toml");
  const std::string free_port = "tcp://127.0.0.1:*";
  const std::size_t at = config.find(free_port);
  if (at == std::string::npos) return;
  config.replace(at, free_port.size(), endpoint_);
  if (!io::write_durably(folder_ + "/broker.toml", view_of(config))) {
    throw std::runtime_error("the broker's configuration cannot be written");
  }
}

int Broker::stop() {
  return process_->end(SIGTERM);
}

void Broker::reload() {
  ::kill(process_->id(), SIGHUP);
}

void Broker::put_directory() {
  const std::string note = network_.directory_note();
  if (!io::write_durably(folder_ + "/directory.note", view_of(note))) {
    throw std::runtime_error("the directory cannot be written");
  }
  reload();
}

std::string Broker::log() const {
  return read_text(folder_ + "/broker.log");
}

}  // namespace safeconduct::rig
