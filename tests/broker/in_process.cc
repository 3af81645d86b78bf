#include "tests/broker/in_process.h"

#include <stdexcept>

#include "schemas/ledger/checkpoint.h"

namespace safeconduct::rig {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

}  // namespace

InProcessBroker::InProcessBroker(Network& network, const std::string& folder, io::FaultyDisk& disk,
                                 const Clock* clock)
    : clock_(clock != nullptr ? *clock : system_),
      log_("broker", folder + ".log", LogLevel::kWarning) {
  store_ = must(store::Store::open(folder, {.disk = &disk}, random_));
  core_ = std::make_unique<core::Core>(must(core::Core::load(*store_, salts_)));
  const store::Store::Sign sign = [&network](const ledger::TreeHead& head) {
    return ledger::sign_checkpoint(network.log_key().name(), head, network.log_signing());
  };
  if (store_->size() == 0) {
    core::Overlay tick(*store_);
    const auto outcome = core_->apply(
        tick, core::OpenLog{network.name(), network.authority().text(), network.log_key().text()},
        clock_.now());
    const Status opened = store_->commit(tick.changes(), outcome.entries, {}, sign);
    if (!opened) throw std::runtime_error(opened.error().message);
  }
  const auto& directory = core_->knowledge().directory;
  keyrings_.put(broker::make_keyring(network.authority(), directory ? &*directory : nullptr));
  io::RouterOptions options;
  options.endpoint = "tcp://127.0.0.1:*";
  options.keys.public_key = network.broker_transport().public_key().bytes;
  options.keys.secret_key = network.broker_transport().secret().clone();
  options.bounds.linger = Duration{0};
  router_.emplace(must(io::RouterSocket::bind(
      std::move(options), [this](const ByteArray<32>& key) -> std::optional<std::string> {
        const auto keyring = keyrings_.get();
        const auto at = keyring->doors.find(key);
        if (at == keyring->doors.end()) return std::nullopt;
        return at->second.text();
      })));
  endpoint_ = router_->endpoint();
  loop_ = std::make_unique<broker::Loop>(broker::LoopParts{
      *store_, *core_, *router_, keyrings_, network.authority(), sign, clock_, log_, 1});
  loop_->put_note({wire::RecordKind::kDirectory, to_bytes(network.directory_note())});
  loop_->put_note(
      {wire::RecordKind::kPolicy, to_bytes(network.policy_note(national_policy_text()))});
  thread_ = std::thread([this] { status_ = loop_->run(stop_); });
}

InProcessBroker::~InProcessBroker() {
  (void)stop();
}

Status InProcessBroker::wait() {
  if (thread_.joinable()) thread_.join();
  return status_;
}

Status InProcessBroker::stop() {
  stop_ = true;
  router_->waker()->wake();
  return wait();
}

}  // namespace safeconduct::rig
