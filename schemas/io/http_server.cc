#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <deque>
#include <thread>

#include "schemas/io/file.h"
#include "schemas/io/http_session.h"

namespace safeconduct::io {
namespace {

constexpr Duration kAcceptPause = milliseconds(100);

bool names_this_machine(std::string_view host) {
  const std::string_view name = host.substr(0, host.rfind(':'));
  return name == "localhost" || name == "127.0.0.1";
}

Error socket_error(const std::string& what, const std::string& where, const std::string& why) {
  return {ErrorCode::kUnavailable, "cannot " + what + " `" + where + "`: " + why};
}

Error in_use(const std::string& path) {
  return socket_error("listen on", path,
                      "another program does; stop that one or choose another path");
}

// Whether somebody accepts on the unix socket at `path`.
bool somebody_listens(const std::string& path) {
  asio::io_context context;
  asio::local::stream_protocol::socket probe(context);
  beast::error_code error;
  probe.open({}, error);
  probe.non_blocking(true, error);
  probe.connect({path}, error);
  return !error || error == asio::error::would_block;  // its queue is full: it listens
}

Status make_way(const std::string& path) {
  struct stat state {};
  if (::lstat(path.c_str(), &state) != 0) {
    return errno == ENOENT ? Status{} : os_error(errno, "examine", path);
  }
  if (!S_ISSOCK(state.st_mode)) {
    return invalid("`" + path + "` exists and is not a socket; choose another path");
  }
  if (somebody_listens(path)) return in_use(path);
  if (::unlink(path.c_str()) != 0) return os_error(errno, "replace", path);
  return {};
}

// Answers that take long, made one after another on a thread of their own.
class SlowAnswers {
 public:
  using Make = std::function<HttpResponse()>;
  using Done = std::function<void(HttpResponse)>;

  SlowAnswers(asio::io_context& context, std::size_t waiting_max)
      : context_(context), waiting_max_(waiting_max) {}
  ~SlowAnswers() { stop(); }
  SlowAnswers(const SlowAnswers&) = delete;
  SlowAnswers& operator=(const SlowAnswers&) = delete;

  bool add(Make make, Done done) {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= waiting_max_) return false;
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    waiting_.emplace_back(std::move(make), std::move(done));
    more_.notify_one();
    return true;
  }
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      more_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
    waiting_.clear();
  }

 private:
  void run() {
    for (;;) {
      std::unique_lock lock(mutex_);
      more_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      auto [make, done] = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      HttpResponse response;
      try {
        response = make();
      } catch (...) {
        response = plain_error(500, "the request failed; see the program's log");
      }
      asio::post(context_, [done = std::move(done), made = std::move(response)]() mutable {
        done(std::move(made));
      });
    }
  }

  asio::io_context& context_;
  const std::size_t waiting_max_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::pair<Make, Done>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

std::string address_of(const asio::ip::tcp::socket& socket) {
  beast::error_code error;
  const auto peer = socket.remote_endpoint(error);
  return error ? std::string() : peer.address().to_string();
}

Error bad_tls(const std::string& what, const std::string& path, const beast::error_code& error) {
  return invalid("the " + what + " at `" + path + "` cannot be used: " + error.message() +
                 "; name a PEM file");
}

}  // namespace

HttpResponse plain_error(int status, std::string_view sentence) {
  HttpResponse response;
  response.status = status;
  response.body = "{\"error\":\"" + std::string(sentence) + "\"}";
  return response;
}

HttpRequest request_of(http::request<http::string_body> message) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message) {
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  request.body = std::move(message.body());
  return request;
}

HttpResponse handled(const House& house, const HttpRequest& request) {
  if (house.local_host_only && !names_this_machine(request.header("Host"))) {
    return plain_error(421, "ask for localhost or 127.0.0.1");
  }
  try {
    return house.handler(request);
  } catch (...) {
    return plain_error(500, "the request failed; see the program's log");
  }
}

std::optional<Unreadable> unreadable(const beast::error_code& error) {
  if (!error) return std::nullopt;
  if (error == http::error::header_limit) return Unreadable{431, "header too large"};
  if (error == http::error::body_limit) return Unreadable{413, "body too large"};
  const bool is_http =
      error.category() == http::make_error_code(http::error::bad_method).category();
  if (is_http && error != http::error::end_of_stream && error != http::error::partial_message) {
    return Unreadable{400, "not a request of HTTP/1.1"};
  }
  return std::nullopt;
}

struct HttpServer::State {
  House house;  // outlives the sessions, which the context owns
  std::optional<asio::ssl::context> tls;
  asio::io_context context{1};
  std::optional<asio::local::stream_protocol::acceptor> local;
  std::optional<asio::ip::tcp::acceptor> tcp;
  std::unique_ptr<SlowAnswers> slow;
  asio::steady_timer pause{context};
  std::string path;     // of the unix socket
  FileDescriptor lock;  // held while the socket file is ours
  std::uint16_t port = 0;
  bool accepting = false;
  std::thread thread;

  ~State() {
    context.stop();
    if (thread.joinable()) thread.join();
    if (slow) slow->stop();
    house.when_one_left = nullptr;
    if (!path.empty()) ::unlink(path.c_str());
  }

  [[nodiscard]] Status lock_path(const std::string& socket_path);
  [[nodiscard]] Status listen_on_path(const std::string& socket_path);
  [[nodiscard]] Status listen_on(const asio::ip::address& address, std::uint16_t wanted);
  [[nodiscard]] Status use_certificate(const HttpAddress& at);
  void welcome(asio::generic::stream_protocol::socket socket, const std::string& peer);

  template <class Acceptor>
  void accept_next(Acceptor& acceptor) {
    if (accepting || house.connections >= house.bounds.connections_max) return;
    accepting = true;
    acceptor.async_accept([this, &acceptor](beast::error_code error, auto socket) {
      accepting = false;
      if (error == asio::error::operation_aborted) return;
      if (error) return accept_later(acceptor);
      std::string peer;
      if constexpr (std::is_same_v<Acceptor, asio::ip::tcp::acceptor>) {
        peer = address_of(socket);
        beast::error_code ignored;
        socket.set_option(asio::ip::tcp::no_delay(true), ignored);
      }
      welcome(std::move(socket), peer);
      accept_next(acceptor);
    });
  }

  // Out of file descriptors: trying again at once would only turn in circles.
  template <class Acceptor>
  void accept_later(Acceptor& acceptor) {
    pause.expires_after(chrono_of(kAcceptPause));
    pause.async_wait([this, &acceptor](beast::error_code error) {
      if (!error) accept_next(acceptor);
    });
  }

  template <class Acceptor>
  void run(Acceptor& acceptor) {
    house.when_one_left = [this, &acceptor] { accept_next(acceptor); };
    slow = std::make_unique<SlowAnswers>(context, house.bounds.later_max);
    house.later = [this](SlowAnswers::Make make, SlowAnswers::Done done) {
      return slow->add(std::move(make), std::move(done));
    };
    accept_next(acceptor);
    thread = std::thread([this] { context.run(); });
  }
};

// Two programs that start at once would both find an old socket that nobody listens on and remove
// each other's; the lock beside it lets one through.
Status HttpServer::State::lock_path(const std::string& socket_path) {
  const std::string beside = socket_path + ".lock";
  lock = FileDescriptor(
      ::open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!lock.valid()) return os_error(errno, "create", beside);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return in_use(socket_path);
  return {};
}

Status HttpServer::State::listen_on_path(const std::string& socket_path) {
  TRY_OK(make_private_directory(directory_of(socket_path)));
  if (socket_path.size() >= sizeof(sockaddr_un::sun_path)) {
    return invalid("the socket path `" + socket_path + "` is too long; choose a shorter one");
  }
  TRY_OK(lock_path(socket_path));
  TRY_OK(make_way(socket_path));
  beast::error_code error;
  local.emplace(context);
  local->open({}, error);
  // The mode of the socket's inode before bind is the mode of its file: no moment at which others
  // may connect.
  if (!error && ::fchmod(local->native_handle(), 0600) != 0)
    return os_error(errno, "set the mode of", socket_path);
  if (!error) local->bind({socket_path}, error);
  if (!error) path = socket_path;
  if (!error && ::chmod(socket_path.c_str(), 0600) != 0)
    return os_error(errno, "set the mode of", socket_path);
  if (!error) local->listen(asio::socket_base::max_listen_connections, error);
  if (error) return socket_error("listen on", socket_path, error.message());
  return {};
}

Status HttpServer::State::listen_on(const asio::ip::address& address, std::uint16_t wanted) {
  const asio::ip::tcp::endpoint endpoint(address, wanted);
  beast::error_code error;
  tcp.emplace(context);
  tcp->open(endpoint.protocol(), error);
  if (!error) tcp->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) tcp->bind(endpoint, error);
  if (!error) tcp->listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return socket_error("listen on", address.to_string() + ":" + std::to_string(wanted),
                        error.message() + "; choose another port");
  }
  port = tcp->local_endpoint().port();
  return {};
}

Status HttpServer::State::use_certificate(const HttpAddress& at) {
  beast::error_code error;
  tls.emplace(asio::ssl::context::tls_server);
  tls->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1, error);
  if (!error) tls->use_certificate_chain_file(at.certificate, error);
  if (error) return bad_tls("certificate", at.certificate, error);
  tls->use_private_key_file(at.private_key, asio::ssl::context::pem, error);
  if (error) return bad_tls("private key", at.private_key, error);
  return {};
}

void HttpServer::State::welcome(asio::generic::stream_protocol::socket socket,
                                const std::string& peer) {
  const auto known = house.per_address.find(peer);
  if (!peer.empty() && known != house.per_address.end() &&
      known->second >= house.bounds.per_address_max) {
    return house.tell(peer, "too many connections");  // closed with the socket
  }
  PlainStream plain(std::move(socket));
  if (tls) {
    std::make_shared<HttpSession<TlsStream>>(TlsStream(std::move(plain), *tls), house, peer)
        ->start();
  } else {
    std::make_shared<HttpSession<PlainStream>>(std::move(plain), house, peer)->start();
  }
}

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpServer::~HttpServer() = default;
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;

Result<HttpServer> HttpServer::on_unix_socket(const std::string& path, Handler handler,
                                              HttpBounds bounds) {
  auto state = std::make_unique<State>();
  state->house.handler = std::move(handler);
  state->house.bounds = bounds;
  TRY_OK(state->listen_on_path(path));
  state->run(*state->local);
  return HttpServer(std::move(state));
}

Result<HttpServer> HttpServer::on_loopback(std::uint16_t port, Handler handler, HttpBounds bounds) {
  auto state = std::make_unique<State>();
  state->house.handler = std::move(handler);
  state->house.bounds = bounds;
  state->house.bounds.per_address_max = state->house.bounds.connections_max;
  state->house.local_host_only = true;
  TRY_OK(state->listen_on(asio::ip::address_v4::loopback(), port));
  state->run(*state->tcp);
  return HttpServer(std::move(state));
}

Result<HttpServer> HttpServer::on_address(const std::string& address, Handler handler,
                                          HttpBounds bounds) {
  const std::size_t colon = address.rfind(':');
  const std::string port = colon == std::string::npos ? "" : address.substr(colon + 1);
  const bool number = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  beast::error_code error;
  static_cast<void>(asio::ip::make_address(address.substr(0, colon), error));
  if (error || !number || std::stoul(port) > 65'535) {
    return invalid("`" + address +
                   "` is no address; write a numeric host and a port: 0.0.0.0:7700");
  }
  HttpAddress at;
  at.address = address.substr(0, colon);
  at.port = static_cast<std::uint16_t>(std::stoul(port));
  return on_address(at, std::move(handler), bounds);
}

Result<HttpServer> HttpServer::on_address(const HttpAddress& at, Handler handler,
                                          HttpBounds bounds) {
  beast::error_code error;
  const auto address = asio::ip::make_address(at.address, error);
  if (error) return invalid("`" + at.address + "` is no address; write one like `127.0.0.1`");
  auto state = std::make_unique<State>();
  state->house.handler = std::move(handler);
  state->house.bounds = bounds;
  state->house.turned_away = at.turned_away;
  if (!at.certificate.empty() || !at.private_key.empty()) TRY_OK(state->use_certificate(at));
  TRY_OK(state->listen_on(address, at.port));
  state->run(*state->tcp);
  return HttpServer(std::move(state));
}

std::uint16_t HttpServer::port() const {
  return state_->port;
}

}  // namespace safeconduct::io
