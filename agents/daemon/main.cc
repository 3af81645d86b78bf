// safeconduct-agent: one agency's end of the bus.
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>

#include "agents/daemon/local_api.h"
#include "schemas/io/http.h"
#include "schemas/seal/key_file.h"

namespace safeconduct::agent {
namespace {

constexpr int kBadSettings = 2;
constexpr int kBadStore = 3;

struct Keys {
  seal::SigningKey signing;
  seal::TransportKey transport;
  seal::RestKey rest;
};

Result<Keys> read_keys(const std::string& folder) {
  TRY(signing, seal::read_signing_key(folder + "/signing.key"));
  TRY(transport, seal::read_transport_key(folder + "/transport.key"));
  TRY(rest, seal::read_rest_key(folder + "/rest.key"));
  return Keys{std::move(signing), std::move(transport), std::move(rest)};
}

int fail(int code, const Error& error) {
  std::fprintf(stderr, "safeconduct-agent: %s\n", error.message.c_str());
  return code;
}

Result<std::string> config_path(int argc, char** argv) {
  const bool named = argc == 3 && std::string_view(argv[1]) == "--config";
  if (!named) return invalid("give the configuration: safeconduct-agent --config agent.toml");
  return std::string(argv[2]);
}

// Blocked in every thread from the start; the loop asks for them.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  return set;
}

int run(const Settings& settings, const Keys& keys, const sigset_t& signals) {
  const Log log("safeconduct-agent", settings.log, settings.log_level);
  const SystemClock clock;
  SystemRandom random;
  auto store = Store::open(settings.store, keys.rest, random);
  if (!store) return fail(kBadStore, store.error());
  auto book = Book::load(*store, settings.trust);
  if (!book) return fail(kBadStore, book.error());
  Desk desk{settings.agency, keys.signing, *store, *book, clock, random};
  auto agent = Agent::open(desk, settings.keys + "/sealing");
  if (!agent) {
    const bool disk =
        agent.error().code == ErrorCode::kIo || agent.error().code == ErrorCode::kCorrupt;
    return fail(disk ? kBadStore : kBadSettings, agent.error());
  }

  Shared shared(**agent);
  LocalApi api(shared, settings.person);
  auto server = io::HttpServer::on_unix_socket(
      settings.socket, [&](const io::HttpRequest& request) { return api.handle(request); });
  if (!server) return fail(kBadSettings, server.error());
  log.info("ready as `" + settings.agency.text() + "`, local interface at `" + settings.socket +
           "`");

  auto direct = DirectLink::open(settings.direct, keys.transport.secret());
  if (!direct) return fail(kBadSettings, direct.error());
  const LinkOptions link{settings.endpoint, settings.broker_key, keys.transport.secret(),
                         settings.store, **direct};
  const auto stopped = [&] {
    const timespec at_once = {0, 0};
    return sigtimedwait(&signals, nullptr, &at_once) > 0;
  };
  const Status status = Loop(shared, link, log).run(stopped);
  if (!status) return fail(kBadStore, status.error());
  log.info("stopped");
  return 0;
}

int start(int argc, char** argv) {
  const sigset_t signals = block_signals();
  auto path = config_path(argc, argv);
  if (!path) return fail(kBadSettings, path.error());
  auto settings = load_settings(*path);
  if (!settings) return fail(kBadSettings, settings.error());
  auto keys = read_keys(settings->keys);
  if (!keys) return fail(kBadSettings, keys.error());
  return run(*settings, *keys, signals);
}

}  // namespace
}  // namespace safeconduct::agent

int main(int argc, char** argv) {
  try {
    return safeconduct::agent::start(argc, argv);
  } catch (const std::exception& failure) {  // only the start may throw: the log, memory
    std::fprintf(stderr, "safeconduct-agent: %s\n", failure.what());
    return 2;
  }
}
