#include <algorithm>
#include <csignal>
#include <thread>

#include "broker/dashboard/follower.h"
#include "broker/dashboard/program.h"
#include "broker/dashboard/site.h"
#include "broker/dashboard/state_folder.h"
#include "schemas/io/file.h"
#include "schemas/seal/key_file.h"

namespace safeconduct::dashboard {
namespace {

constexpr Duration kSaveEvery = minutes(5);
constexpr Duration kReadPeopleEvery = seconds(2);
constexpr Duration kAskWitnessesEvery = seconds(5);

// Bounds on everything that a browser, or what says that it is one, may take.
constexpr io::HttpBounds kBounds = {.header_bytes_max = 8 * 1024,
                                    .body_bytes_max = 16 * 1024,
                                    .connections_max = 2'500,
                                    .request_max = seconds(10),
                                    .idle_max = seconds(30),
                                    .per_address_max = 600,  // an office behind one address
                                    .later_max = 16};

// Signals are taken by one thread of their own; every other thread has them blocked.
sigset_t block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGTERM, SIGINT}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

std::vector<std::string> hosts_of(const Settings& settings, std::uint16_t port) {
  if (!settings.hosts.empty()) return settings.hosts;
  const std::string tail = ":" + std::to_string(port);
  return {"localhost" + tail, "127.0.0.1" + tail, "[::1]" + tail};
}

std::string address_of(const Settings& settings, std::uint16_t port) {
  const std::string scheme = settings.certificate.empty() ? "http://" : "https://";
  return scheme +
         (settings.hosts.empty() ? "localhost:" + std::to_string(port) : settings.hosts.front());
}

// Follows the feed on this thread until a signal.
class Watch {
 public:
  Watch(const Settings& settings, Board& board, const Follower& follower, Hub& hub, SignIn& sign_in,
        const Clock& clock, const Log& log)
      : settings_(settings),
        board_(board),
        follower_(follower),
        hub_(hub),
        sign_in_(sign_in),
        clock_(clock),
        log_(log),
        saved_at_(clock.now()) {}

  void turn() {
    hub_.tick();
    const Instant now = clock_.now();
    if (now - people_at_ >= kReadPeopleEvery) {
      people_at_ = now;
      sign_in_.read_people();
    }
    if (now - saved_at_ >= kSaveEvery) save();
  }
  void save() {
    saved_at_ = clock_.now();
    const Reader& reader = follower_.reader();
    if (reader.tree().size() == saved_size_) return;
    const Bytes bytes = board_.look([&](const Projection& projection, const Feed&) {
      return encode({reader.tree(), reader.note(), projection});
    });
    const Status saved = io::write_durably(settings_.state + "/snapshot", bytes);
    if (!saved) return log_.error(saved.error().message);
    saved_size_ = reader.tree().size();
  }

 private:
  const Settings& settings_;
  Board& board_;
  const Follower& follower_;
  Hub& hub_;
  SignIn& sign_in_;
  const Clock& clock_;
  const Log& log_;
  Instant saved_at_;
  Instant people_at_{};
  std::uint64_t saved_size_ = 0;
};

io::HttpAddress listen_at(const Settings& settings, const Log& log) {
  io::HttpAddress at;
  at.address = settings.address;
  at.port = settings.port;
  at.certificate = settings.certificate;
  at.private_key = settings.private_key;
  at.turned_away = [&log](const std::string& peer, std::string_view what) {
    log.warning("turned `" + peer + "` away: " + std::string(what));
  };
  return at;
}

// Null when none are named. Errors: kInvalid, kNotFound, kIo.
Result<std::unique_ptr<WitnessWatch>> witnesses_of(const Settings& settings, const Log& log) {
  if (settings.witnesses.empty()) return std::unique_ptr<WitnessWatch>();
  TRY(bytes, io::read_file(settings.witnesses, ledger::kTrustBytesMax));
  const std::string text(text_of(bytes));
  auto policy = ledger::TrustPolicy::parse(text);
  const auto in_file = [&](const Error& error) {
    return Error{error.code, settings.witnesses + ": " + error.message};
  };
  if (!policy) return in_file(policy.error());
  const auto is_ours = [&](const ledger::TrustedLog& one) { return one.key == settings.log_key; };
  if (std::none_of(policy->logs().begin(), policy->logs().end(), is_ours)) {
    return in_file(invalid("it does not name the log of `network.log`"));
  }
  return std::make_unique<WitnessWatch>(std::move(*policy), text, settings.log_key,
                                        kAskWitnessesEvery, log);
}

// Runs `follow` until a signal comes or it fails.
Status until_signal(const sigset_t& signals,
                    std::function<Status(const std::atomic<bool>&)> follow) {
  std::atomic<bool> stop = false;
  std::thread listener([&] {
    int signal = 0;
    sigwait(&signals, &signal);
    stop = true;
  });
  const Status status = follow(stop);
  if (!stop) pthread_kill(listener.native_handle(), SIGTERM);
  listener.join();
  return status;
}

}  // namespace

Status serve(const std::string& config_path) {
  const sigset_t signals = block_signals();
  TRY(settings, load_settings(config_path));
  TRY(signing, seal::read_signing_key(settings.keys + "/signing.key"));
  TRY(transport, seal::read_transport_key(settings.keys + "/transport.key"));
  const Log log("safeconduct-dashboard", settings.log, settings.log_level);
  const SystemClock clock;
  SystemRandom random;
  TRY(snapshot, load_state(settings.state, log));
  Board board(std::move(snapshot.projection));
  ActionLog actions(settings.observer, std::move(signing), settings.state + "/actions", clock,
                    random, log);
  actions.load();
  Reader reader(settings.log_key, std::move(snapshot.tree), snapshot.checkpoint);
  io::CurveKeys keys{transport.public_key().bytes, transport.secret().clone()};
  Follower follower(settings, std::move(keys), std::move(reader), board, actions, clock, log);
  TRY(witnesses, witnesses_of(settings, log));
  follower.watch(witnesses.get());
  Sessions sessions({settings.idle, settings.session_max, days(30)}, clock, random);
  SignIn sign_in(settings, sessions, actions, clock, random, log);
  Hub hub(board, sessions, clock);
  Site site({settings, board, sessions, sign_in, hub, actions, clock, log});
  site.open(hosts_of(settings, settings.port));
  TRY(server, io::HttpServer::on_address(
                  listen_at(settings, log),
                  [&](const io::HttpRequest& request) { return site.handle(request); }, kBounds));
  if (settings.port == 0) site.open(hosts_of(settings, server.port()));
  const std::string address = address_of(settings, server.port());
  log.info("ready at " + address + ", " + std::to_string(follower.reader().tree().size()) +
           " entries read before");
  if (!settings.address_file.empty()) {
    TRY_OK(io::write_durably(settings.address_file, view_of(address), 0644));
  }
  Watch watch(settings, board, follower, hub, sign_in, clock, log);
  const Status status = until_signal(signals, [&](const std::atomic<bool>& stop) {
    return follower.run(stop, [&] { watch.turn(); });
  });
  watch.save();
  actions.save();
  return status;
}

}  // namespace safeconduct::dashboard
