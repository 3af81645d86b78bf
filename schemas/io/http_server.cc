#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <optional>
#include <thread>

#include "schemas/io/file.h"
#include "schemas/io/http.h"

namespace safeconduct::io {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Stream = beast::basic_stream<asio::generic::stream_protocol>;
using Parser = http::request_parser<http::string_body>;

std::chrono::milliseconds chrono_of(Duration d) {
  return std::chrono::milliseconds(d.ms);
}

constexpr Duration kLinger = seconds(2);
constexpr std::size_t kDrainBytes = 16 * 1024;
constexpr Duration kAcceptPause = milliseconds(100);

// What all connections of one server share; used on the server's thread only.
struct House {
  HttpServer::Handler handler;
  HttpBounds bounds;
  bool local_host_only = false;
  std::size_t connections = 0;
  std::function<void()> when_one_left;
};

HttpResponse plain_error(int status, std::string_view sentence) {
  HttpResponse response;
  response.status = status;
  response.body = "{\"error\":\"" + std::string(sentence) + "\"}";
  return response;
}

bool names_this_machine(std::string_view host) {
  const std::string_view name = host.substr(0, host.rfind(':'));
  return name == "localhost" || name == "127.0.0.1";
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

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(asio::generic::stream_protocol::socket socket, House& house)
      : stream_(std::move(socket)), house_(house) {
    ++house_.connections;
  }
  ~Session() {
    --house_.connections;
    if (house_.when_one_left) house_.when_one_left();
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  void read(Duration wait) {
    parser_.emplace();
    parser_->header_limit(house_.bounds.header_bytes_max);
    parser_->body_limit(house_.bounds.body_bytes_max);
    stream_.expires_after(chrono_of(wait));
    // The idle time ends with the first byte; from then on the whole request has its own time.
    http::async_read_some(stream_, buffer_, *parser_,
                          [self = shared_from_this()](beast::error_code error, std::size_t) {
                            self->after_first_bytes(error);
                          });
  }

 private:
  void after_first_bytes(beast::error_code error) {
    if (error || parser_->is_done()) return answer(error);
    stream_.expires_after(chrono_of(house_.bounds.request_max));
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code failed, std::size_t) {
                       self->answer(failed);
                     });
  }

  void answer(beast::error_code error) {
    if (error == http::error::header_limit)
      return write(plain_error(431, "header too large"), false);
    if (error == http::error::body_limit) return write(plain_error(413, "body too large"), false);
    if (error && error.category() == http::make_error_code(http::error::bad_method).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message) {
      return write(plain_error(400, "not a request of HTTP/1.1"), false);
    }
    if (error) return;  // closed, too slow or gone: there is nobody to tell
    auto message = parser_->release();
    const bool keep = message.keep_alive();
    only_head_ = message.method() == http::verb::head;
    write(handled(request_of(std::move(message))), keep);
  }

  HttpResponse handled(const HttpRequest& request) {
    if (house_.local_host_only && !names_this_machine(request.header("Host"))) {
      return plain_error(421, "ask for localhost or 127.0.0.1");
    }
    try {
      return house_.handler(request);
    } catch (...) {
      return plain_error(500, "the request failed; see the program's log");
    }
  }

  void write(HttpResponse response, bool keep) {
    message_ = {};
    message_.version(11);
    message_.result(static_cast<unsigned>(response.status));
    message_.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) message_.set(name, value);
    message_.body() = std::move(response.body);
    message_.keep_alive(keep);
    message_.prepare_payload();
    if (only_head_) message_.body().clear();  // RFC 9110 §9.3.2: the length, not the content
    stream_.expires_after(chrono_of(house_.bounds.request_max));
    http::async_write(stream_, message_,
                      [self = shared_from_this(), keep](beast::error_code error, std::size_t) {
                        if (error) return;
                        if (keep) return self->read(self->house_.bounds.idle_max);
                        beast::error_code ignored;
                        self->stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
                        self->stream_.expires_after(chrono_of(kLinger));
                        self->drain();
                      });
  }

  // What a refused client is still sending is read and dropped for a moment: closing on it at once
  // would take the answer away before the client has read it.
  void drain() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(kDrainBytes),
                            [self = shared_from_this()](beast::error_code error, std::size_t) {
                              if (!error) self->drain();
                            });
  }

  Stream stream_;
  House& house_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  http::response<http::string_body> message_;
  bool only_head_ = false;
};

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

}  // namespace

struct HttpServer::State {
  House house;  // outlives the sessions, which the context owns
  asio::io_context context{1};
  std::optional<asio::local::stream_protocol::acceptor> local;
  std::optional<asio::ip::tcp::acceptor> tcp;
  asio::steady_timer pause{context};
  std::string path;     // of the unix socket
  FileDescriptor lock;  // held while the socket file is ours
  std::uint16_t port = 0;
  bool accepting = false;
  std::thread thread;

  ~State() {
    context.stop();
    if (thread.joinable()) thread.join();
    house.when_one_left = nullptr;
    if (!path.empty()) ::unlink(path.c_str());
  }

  [[nodiscard]] Status lock_path(const std::string& socket_path);
  [[nodiscard]] Status listen_on_path(const std::string& socket_path);
  [[nodiscard]] Status listen_on(const asio::ip::tcp::endpoint& endpoint);

  template <class Acceptor>
  void accept_next(Acceptor& acceptor) {
    if (accepting || house.connections >= house.bounds.connections_max) return;
    accepting = true;
    acceptor.async_accept([this, &acceptor](beast::error_code error, auto socket) {
      accepting = false;
      if (error == asio::error::operation_aborted) return;
      if (error) return accept_later(acceptor);
      std::make_shared<Session>(std::move(socket), house)->read(house.bounds.idle_max);
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

Status HttpServer::State::listen_on(const asio::ip::tcp::endpoint& endpoint) {
  beast::error_code error;
  tcp.emplace(context);
  tcp->open(endpoint.protocol(), error);
  if (!error) tcp->set_option(asio::socket_base::reuse_address(true), error);
  if (!error) tcp->bind(endpoint, error);
  if (!error) tcp->listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return socket_error("listen on",
                        endpoint.address().to_string() + ":" + std::to_string(endpoint.port()),
                        error.message() + "; choose another port");
  }
  port = tcp->local_endpoint().port();
  return {};
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
  TRY_OK(state->listen_on({asio::ip::address_v4::loopback(), port}));
  state->house.local_host_only = true;
  state->run(*state->tcp);
  return HttpServer(std::move(state));
}

Result<HttpServer> HttpServer::on_address(const std::string& address, Handler handler,
                                          HttpBounds bounds) {
  const std::size_t colon = address.rfind(':');
  beast::error_code error;
  const auto host = asio::ip::make_address(address.substr(0, colon), error);
  const std::string port = colon == std::string::npos ? "" : address.substr(colon + 1);
  const bool number = !port.empty() && port.size() <= 5 &&
                      port.find_first_not_of("0123456789") == std::string::npos;
  if (error || !number || std::stoul(port) > 65'535) {
    return invalid("`" + address +
                   "` is no address; write a numeric host and a port: 0.0.0.0:7700");
  }
  auto state = std::make_unique<State>();
  state->house.handler = std::move(handler);
  state->house.bounds = bounds;
  TRY_OK(state->listen_on({host, static_cast<std::uint16_t>(std::stoul(port))}));
  state->run(*state->tcp);
  return HttpServer(std::move(state));
}

std::uint16_t HttpServer::port() const {
  return state_->port;
}

}  // namespace safeconduct::io
