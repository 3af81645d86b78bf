// HTTP/1.1 for the local interface: a small server for the daemons (unix socket or loopback) and
// the request that the command line makes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
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

  // First value of a header, name in any case; empty when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  HttpHeaders headers;  // beyond content type and length

  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct HttpBounds {
  std::uint32_t header_bytes_max = 16 * 1024;
  std::uint64_t body_bytes_max = 4 * 1024 * 1024;  // a FHIR bundle or a policy text
  std::size_t connections_max = 64;                // further ones wait in the system's queue
  Duration request_max = seconds(30);              // to send a whole request, or to take an answer
  Duration idle_max = seconds(60);                 // between requests of one connection
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

}  // namespace safeconduct::io
