// The broker's program: arguments -> configuration -> keys -> store -> policy -> loop -> signals.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <thread>

#include "broker/loop.h"
#include "broker/recovery.h"
#include "broker/salts.h"
#include "broker/settings.h"
#include "broker/store/layout.h"
#include "schemas/base/limits.h"
#include "schemas/io/file.h"
#include "schemas/ledger/trust.h"
#include "schemas/seal/key_file.h"
#include "schemas/wire/retention.h"

namespace safeconduct::broker {
namespace {

constexpr int kExitConfiguration = 2;
constexpr int kExitDisk = 3;

// Signals are taken by one thread of their own; every other thread has them blocked.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

// In the order of their names, so that a hold can be named before its lifting.
std::vector<std::string> rule_files(const std::string& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() == ".note") out.push_back(it->path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Puts what the operator's files hold into the queue; a file that is not there yet is no fault.
void queue_notes(const Settings& settings, Loop& loop, const Log& log) {
  const auto queue = [&](wire::RecordKind kind, const std::string& path) {
    auto note = io::read_file(path, limits::kDocumentBytesMax);
    if (note) {
      loop.put_note({kind, std::move(*note)});
    } else if (note.error().code != ErrorCode::kNotFound) {
      log.warning(note.error().message);
    }
  };
  queue(wire::RecordKind::kDirectory, settings.directory);
  queue(wire::RecordKind::kPolicy, settings.policy);
  for (const std::string& path : rule_files(settings.rules)) {
    const auto bytes = io::read_file(path, limits::kDocumentBytesMax);
    const auto note =
        bytes ? ledger::parse_note(text_of(*bytes)) : Result<ledger::Note>(bytes.error());
    const auto kind = note ? wire::rule_kind(note->text) : Result<wire::RecordKind>(note.error());
    if (kind) queue(*kind, path);
    if (!kind) log.warning("`" + path + "` is no rule: " + kind.error().message);
  }
}

Status open_log(store::Store& store, core::Core& core, const Settings& settings,
                const ledger::NoteKey& log_key, const store::Store::Sign& sign,
                const Clock& clock) {
  const core::Knowledge& known = core.knowledge();
  if (store.size() != 0) {
    if (known.network == settings.network && known.authority == settings.authority.text()) {
      if (known.log == log_key.text()) return {};
      return invalid("the log key at `" + settings.log_key +
                     "` is not the one that this store's log is signed with; name that one");
    }
    return invalid("the store at `" + settings.store + "` is of the network `" + known.network +
                   "`, the configuration names `" + settings.network +
                   "`; name the store that belongs to it");
  }
  core::Overlay tick(store);
  const core::Outcome outcome =
      core.apply(tick, core::OpenLog{settings.network, settings.authority.text(), log_key.text()},
                 clock.now());
  return store.commit(tick.changes(), outcome.entries, {}, sign);
}

io::Door door_of(const KeyringShelf& keyrings) {
  return [&keyrings](const ByteArray<32>& key) -> std::optional<std::string> {
    const auto keyring = keyrings.get();
    const auto at = keyring->doors.find(key);
    if (at == keyring->doors.end()) return std::nullopt;
    return at->second.text();
  };
}

Result<io::RouterSocket> bind(const Settings& settings, const seal::TransportKey& key,
                              const KeyringShelf& keyrings) {
  io::RouterOptions options;
  options.endpoint = settings.endpoint;
  options.keys.public_key = key.public_key().bytes;
  options.keys.secret_key = key.secret().clone();
  return io::RouterSocket::bind(std::move(options), door_of(keyrings));
}

// Runs the loop until a signal ends it.
Status serve(const Settings& settings, Loop& loop, io::RouterSocket& router, const Log& log,
             const sigset_t& signals) {
  std::atomic<bool> stop = false;
  const auto waker = router.waker();
  std::thread listener([&] {
    for (int signal = 0; sigwait(&signals, &signal) == 0;) {
      if (signal == SIGHUP) {
        queue_notes(settings, loop, log);
        continue;
      }
      stop = true;
      waker->wake();
      return;
    }
  });
  queue_notes(settings, loop, log);
  const Status status = loop.run(stop);
  if (!stop) pthread_kill(listener.native_handle(), SIGTERM);
  listener.join();
  return status;
}

int fail(const Error& error, int code) {
  std::cerr << "safeconduct-broker: " << error.message << "\n";
  return code;
}

int exit_code(const Error& error) {
  // Nothing but a store is ever of a version that this program does not speak.
  const bool disk = error.code == ErrorCode::kIo || error.code == ErrorCode::kCorrupt ||
                    error.code == ErrorCode::kUnsupported;
  return disk ? kExitDisk : kExitConfiguration;
}

// Whatever is wrong with a file that the operator wrote, it is not the store that failed.
template <class T>
Result<T> configured(Result<T> read) {
  if (!read) return Error{ErrorCode::kInvalid, read.error().message};
  return read;
}

// A recovery that was interrupted between its two renames must not become an empty, second log.
Status check_not_interrupted(const Settings& settings) {
  std::error_code error;
  const bool half = !std::filesystem::exists(settings.store, error) &&
                    std::filesystem::exists(settings.store + ".new", error);
  if (!half) return {};
  return corrupt("a recovery was interrupted: rename `" + settings.store + ".new` to `" +
                 settings.store + "` and start again");
}

// The name that the log in the store has; a new store's log is called after the network.
std::string origin_of(const core::Knowledge& knowledge, const Settings& settings) {
  const auto key = ledger::NoteKey::parse(knowledge.log);
  return key ? key->name() : settings.network + "/log";
}

Result<std::optional<CosignerOptions>> cosigner_options(const Settings& settings,
                                                        const ledger::NoteKey& log_key) {
  if (settings.witnesses.empty()) return std::optional<CosignerOptions>();
  TRY(bytes, configured(io::read_file(settings.witnesses, ledger::kTrustBytesMax)));
  TRY(policy, configured(ledger::TrustPolicy::parse(text_of(bytes))));
  return std::optional(CosignerOptions{std::move(policy), log_key,
                                       store::cosigned_path(settings.store),
                                       settings.store + "/evidence"});
}

Status run_recovery(const std::string& config_path) {
  TRY(settings, configured(load_settings(config_path)));
  TRY(log_signing, configured(seal::read_signing_key(settings.log_key)));
  SystemRandom random;
  TRY(done, recover(settings, log_signing, random, SystemClock()));
  std::cout << "A new log was opened: " << done.log.text() << "\nIts first entry says that "
            << done.published.size << " entries were published, " << done.restored.size
            << " were restored.\nThe restored store lies at " << done.kept_at
            << "; keep it for auditors.\nNow sign a directory that names the new log "
               "(`safeconduct network log NET VKEY`), put it beside broker.toml, start the "
               "broker, and give auditors the new line for their trust file. Agents send again "
               "what the new log lacks.\n";
  return {};
}

Status run(const std::string& config_path) {
  const sigset_t signals = block_signals();
  TRY(settings, configured(load_settings(config_path)));
  TRY(transport, configured(seal::read_transport_key(settings.transport_key)));
  TRY(log_signing, configured(seal::read_signing_key(settings.log_key)));
  const Log log("safeconduct-broker", settings.log, settings.log_level);
  const SystemClock clock;
  SystemRandom random;
  TRY_OK(check_not_interrupted(settings));
  TRY(store, store::Store::open(settings.store, {.compress = settings.compress}, random));
  RandomSalts salts(random);
  TRY(core, core::Core::load(*store, salts));
  const std::string origin = origin_of(core.knowledge(), settings);
  TRY(log_key,
      ledger::NoteKey::make(origin, ledger::SignatureType::kEd25519, log_signing.verify_key()));
  const store::Store::Sign sign = [&](const ledger::TreeHead& head) {
    return ledger::sign_checkpoint(origin, head, log_signing);
  };
  TRY_OK(open_log(*store, core, settings, log_key, sign, clock));
  TRY(cosigning, cosigner_options(settings, log_key));
  std::optional<Cosigners> cosigners;
  if (cosigning) {
    TRY_OK(check_witnessed(*cosigning, *store, log));
    cosigners.emplace(std::move(*cosigning), log);
  }
  KeyringShelf keyrings;
  const auto& directory = core.knowledge().directory;
  keyrings.put(make_keyring(settings.authority, directory ? &*directory : nullptr));
  TRY(router, bind(settings, transport, keyrings));
  if (!settings.address_file.empty()) {
    TRY_OK(io::write_durably(settings.address_file, view_of(router.endpoint()), 0644));
  }
  const unsigned helpers = std::max(1u, std::thread::hardware_concurrency()) - 1;
  Loop loop({*store, core, router, keyrings, settings.authority, sign, clock, log, helpers,
             settings.heartbeat, cosigners ? &*cosigners : nullptr});
  log.info("ready at " + router.endpoint() + ", the log has " + std::to_string(store->size()) +
           " entries");
  const Status status = serve(settings, loop, router, log, signals);
  if (!status) log.error("stopped: " + status.error().message);
  return status;
}

}  // namespace
}  // namespace safeconduct::broker

int main(int argc, char** argv) {
  using namespace safeconduct;
  CLI::App app("Passes sealed referrals between agencies and keeps the audit log.",
               "safeconduct-broker");
  std::string config;
  app.add_option("--config", config, "the broker's TOML file")->required();
  bool recover = false;
  app.add_flag("--recover", recover,
               "open a new log after the newest store was lost; says what to do next, and ends");
  app.set_version_flag("--version", SAFECONDUCT_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : broker::kExitConfiguration;
  }
  try {
    const Status status = recover ? broker::run_recovery(config) : broker::run(config);
    return status ? 0 : broker::fail(status.error(), broker::exit_code(status.error()));
  } catch (const std::exception& error) {
    return broker::fail({ErrorCode::kIo, error.what()}, broker::kExitConfiguration);
  }
}
