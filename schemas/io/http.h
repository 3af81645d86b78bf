// HTTP/1.1: a small server for the daemons (unix socket, loopback, or an address of the network
// with TLS), answers that go on as a stream, and the requests that programs make.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "schemas/base/instant.h"
#include "schemas/base/result.h"

namespace safeconduct::io {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;  // upper case
  std::string target;  // as sent: /path?query
  HttpHeaders headers;
  std::string body;
  std::string peer;  // address of who asks; empty on a unix socket

  // First value of a header, name in any case; empty when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// What follows the head of an answer that stays open: pieces, pushed by any thread and sent as the
// reader takes them. A reader that lets more than `waiting_bytes_max` wait is closed.
class HttpStream {
 public:
  explicit HttpStream(std::size_t waiting_bytes_max = 256 * 1024)
      : waiting_bytes_max_(waiting_bytes_max) {}
  // False when nobody reads any more.
  bool push(std::string_view piece);
  void close();
  [[nodiscard]] bool closed() const;

 private:
  friend struct HttpStreamAccess;
  mutable std::mutex mutex_;
  std::size_t waiting_bytes_max_;
  std::string waiting_;
  bool closed_ = false;
  std::function<void()> wake_;  // the server's; called without the lock
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  HttpHeaders headers;  // beyond content type and length
  // Set: the connection stays open and sends what is pushed; `body` goes first.
  std::shared_ptr<HttpStream> stream;
  // Set: the answer takes long (a password, another server). It is made on a thread of its own, few
  // at a time; when too many wait, the asker gets 503 at once. The other fields are ignored.
  std::function<HttpResponse()> later;

  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct HttpBounds {
  std::uint32_t header_bytes_max = 16 * 1024;
  std::uint64_t body_bytes_max = 4 * 1024 * 1024;  // a FHIR bundle or a policy text
  std::size_t connections_max = 64;                // further ones wait in the system's queue
  Duration request_max = seconds(30);              // to send a whole request, or to take an answer
  Duration idle_max = seconds(60);                 // between requests of one connection
  std::size_t per_address_max = 64;                // connections of one peer; further ones end
  std::size_t later_max = 32;                      // answers that wait to be made later
};

// Where a server of the network listens.
struct HttpAddress {
  std::string address = "127.0.0.1";  // of this machine; `0.0.0.0` or `::` for all
  std::uint16_t port = 0;             // 0 takes a free one
  // PEM files; both empty: without TLS, for loopback and for tests.
  std::string certificate;
  std::string private_key;
  // Told of each peer that was turned away before the handler saw it, and why (not a request of
  // HTTP/1.1, too large, too slow, too many connections). Called on the server's thread.
  std::function<void(const std::string& peer, std::string_view what)> turned_away{};
};

class HttpServer {
 public:
  // Called on the server's own thread, one request at a time. An exception becomes status 500.
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  // A unix socket with mode 0600 in an existing directory that only its owner may enter (it is
  // created with 0700 when missing). A socket that nobody listens on any more is replaced; one in
  // use is kUnavailable; a file of another kind is never touched. Errors also: kForbidden, kIo.
  [[nodiscard]] static Result<HttpServer> on_unix_socket(const std::string& path, Handler handler,
                                                         HttpBounds bounds = {});
  // 127.0.0.1; port 0 takes a free one. Requests whose Host is not this machine are refused (421),
  // so that a page in a browser cannot reach it under another name. Errors: kUnavailable, kIo.
  [[nodiscard]] static Result<HttpServer> on_loopback(std::uint16_t port, Handler handler,
                                                      HttpBounds bounds = {});
  // `address`: host:port with a numeric host, for services whose answers prove themselves (signed
  // heads); port 0 takes a free one. Errors: kInvalid, kUnavailable.
  [[nodiscard]] static Result<HttpServer> on_address(const std::string& address, Handler handler,
                                                     HttpBounds bounds = {});
  // Any address, TLS 1.2 or later when a certificate is named. The handler checks Host and Origin.
  // Errors: kInvalid (address, certificate or key), kUnavailable, kIo.
  [[nodiscard]] static Result<HttpServer> on_address(const HttpAddress& at, Handler handler,
                                                     HttpBounds bounds = {});
  // Stops the thread and removes the socket file. The handler is not called afterwards.
  ~HttpServer();
  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;

  [[nodiscard]] std::uint16_t port() const;  // 0 on a unix socket

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// One request to the daemon on a unix socket, or at an address; waits for the answer, at most
// `wait`. `program` names the daemon in the sentence that says it cannot be reached ("cannot reach
// the agent at `...`; start it with `safeconduct-agent`"). Errors: kUnavailable, kForbidden (not
// our socket), kInvalid (the answer is not HTTP or too large).
struct HttpCall {
  std::string socket_path;
  std::string address{};  // host:port, plain HTTP; then no socket path
  std::string program = "agent";
  std::string method = "GET";
  std::string target = "/";
  HttpHeaders headers;
  std::string body;
  std::string content_type = "application/json";
  Duration wait = seconds(60);
  std::uint64_t answer_bytes_max = 64 * 1024 * 1024;
};
[[nodiscard]] Result<HttpResponse> http_request(const HttpCall& call);

// One request to a server of the network; no redirect is followed. `https` checks the certificate
// and its name; `http` is for this machine only (localhost, 127.0.0.1, [::1]).
struct HttpFetch {
  std::string url;
  std::string method = "GET";
  HttpHeaders headers;
  std::string body;
  std::string content_type;
  std::string authorities;  // PEM file of those that are trusted; empty: the system's
  Duration wait = seconds(10);
  std::uint64_t answer_bytes_max = 1024 * 1024;
};
// Errors: kInvalid (the address, the answer), kUnavailable.
[[nodiscard]] Result<HttpResponse> http_fetch(const HttpFetch& fetch);

}  // namespace safeconduct::io
