#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "schemas/io/file.h"
#include "schemas/io/http.h"
#include "tests/io/temp_folder.h"

using namespace safeconduct;
using namespace safeconduct::io;

namespace {

HttpResponse echo(const HttpRequest& request) {
  if (request.target == "/throw") throw std::runtime_error("a secret");
  HttpResponse response;
  response.status = 201;
  response.content_type = "text/plain";
  response.body = request.method + " " + request.target + " " + request.body;
  response.headers = {{"X-Seen", std::string(request.header("x-asked"))}};
  return response;
}

HttpCall call_to(const std::string& path) {
  HttpCall call;
  call.socket_path = path;
  call.wait = seconds(10);
  return call;
}

// A client that says what it is told to, byte by byte.
class RawClient {
 public:
  explicit RawClient(const std::string& path) : file_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    join(reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  explicit RawClient(std::uint16_t port) : file_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    join(reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  // False when the other side has closed.
  bool say(std::string_view text) {
    return ::send(file_.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }
  // All that comes until the other side closes, or until `until` was seen.
  std::string hear(std::string_view until = {}) {
    std::string heard;
    char buffer[4096];
    while (until.empty() || heard.find(until) == std::string::npos) {
      const ssize_t n = ::recv(file_.get(), buffer, sizeof buffer, 0);
      if (n <= 0) break;
      heard.append(buffer, static_cast<std::size_t>(n));
    }
    return heard;
  }

 private:
  void join(sockaddr* address, socklen_t size) {
    const timeval limit{10, 0};
    ::setsockopt(file_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    REQUIRE(::connect(file_.get(), address, size) == 0);
  }
  FileDescriptor file_;
};

HttpServer serving(const std::string& path, HttpBounds bounds = {}) {
  auto server = HttpServer::on_unix_socket(path, echo, bounds);
  require_ok(server);
  return std::move(server).value();
}

HttpServer serving_loopback(HttpBounds bounds = {}) {
  auto server = HttpServer::on_loopback(0, echo, bounds);
  require_ok(server);
  return std::move(server).value();
}

bool starts(const std::string& text, std::string_view with) {
  INFO(text);
  return text.substr(0, with.size()) == with;
}

}  // namespace

TEST_CASE("HttpServer answers on a unix socket that only its owner may use") {
  TempFolder folder;
  const std::string path = folder.file("run/api");
  {
    const HttpServer server = serving(path);
    CHECK(mode_of(path) == 0600);
    CHECK(mode_of(folder.file("run")) == 0700);
    CHECK(server.port() == 0);
    HttpCall call = call_to(path);
    call.method = "POST";
    call.target = "/v1/x?y=1";
    call.body = "{}";
    call.headers = {{"X-Asked", "twice"}};
    const auto response = http_request(call);
    require_ok(response);
    CHECK(response->status == 201);
    CHECK(response->content_type == "text/plain");
    CHECK(response->body == "POST /v1/x?y=1 {}");
    CHECK(response->header("x-SEEN") == "twice");
  }
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("HttpServer takes several requests on one connection") {
  TempFolder folder;
  const HttpServer server = serving(folder.file("api"));
  RawClient client(folder.file("api"));
  REQUIRE(client.say("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK(starts(client.hear("GET /1"), "HTTP/1.1 201"));
  REQUIRE(client.say("GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  CHECK(client.hear().find("GET /2") != std::string::npos);
}

TEST_CASE("HttpServer answers HEAD with the length and without the content") {
  TempFolder folder;
  const HttpServer server = serving(folder.file("api"));
  RawClient client(folder.file("api"));
  REQUIRE(client.say("HEAD /1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  const std::string answer = client.hear();
  CHECK(answer.find("Content-Length: 8\r\n") != std::string::npos);
  CHECK(answer.substr(answer.size() - 4) == "\r\n\r\n");
}

TEST_CASE("HttpServer tells no client what went wrong inside a handler") {
  TempFolder folder;
  const HttpServer server = serving(folder.file("api"));
  HttpCall call = call_to(folder.file("api"));
  call.target = "/throw";
  const auto response = http_request(call);
  require_ok(response);
  CHECK(response->status == 500);
  CHECK(response->body.find("secret") == std::string::npos);
}

TEST_CASE("HttpServer refuses a directory that others may enter") {
  TempFolder folder;
  std::filesystem::create_directory(folder.file("run"));
  ::chmod(folder.file("run").c_str(), 0755);
  const auto refused = HttpServer::on_unix_socket(folder.file("run/api"), echo);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kForbidden);
}

TEST_CASE("HttpServer never touches a file of another kind in its place") {
  TempFolder folder;
  put_content(folder.file("api"), "precious");
  const auto refused = HttpServer::on_unix_socket(folder.file("api"), echo);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kInvalid);
  CHECK(content_of(folder.file("api")) == "precious");
}

TEST_CASE("HttpServer replaces a socket left by a crash and none that is in use") {
  TempFolder folder;
  const std::string path = folder.file("api");
  {
    // A socket file whose owner is gone.
    const FileDescriptor dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    REQUIRE(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  const HttpServer server = serving(path);
  CHECK(mode_of(path) == 0600);
  const auto second = HttpServer::on_unix_socket(path, echo);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::kUnavailable);
  CHECK(says(second.error(), "another program does"));
  CHECK(http_request(call_to(path)));  // the first one still answers
}

TEST_CASE("HttpServer refuses a body, a header and a request out of bounds") {
  TempFolder folder;
  HttpBounds bounds;
  bounds.body_bytes_max = 1000;
  bounds.header_bytes_max = 2000;
  const HttpServer server = serving(folder.file("api"), bounds);
  HttpCall call = call_to(folder.file("api"));
  call.method = "POST";
  call.body = std::string(1000, 'b');
  CHECK(http_request(call)->status == 201);
  call.body = std::string(1001, 'b');
  CHECK(http_request(call)->status == 413);
  call.body = std::string(8 * 1024 * 1024, 'b');
  CHECK(http_request(call)->status == 413);
  call.body.clear();
  call.headers = {{"X-Long", std::string(3000, 'h')}};
  CHECK(http_request(call)->status == 431);

  RawClient chunked(folder.file("api"));
  REQUIRE(chunked.say("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" +
                      std::string(2000, 'c') + "\r\n0\r\n\r\n"));
  CHECK(starts(chunked.hear(), "HTTP/1.1 413"));
  RawClient garbage(folder.file("api"));
  REQUIRE(garbage.say("what is this\r\n\r\n"));
  CHECK(starts(garbage.hear(), "HTTP/1.1 400"));
}

TEST_CASE("HttpServer on loopback lets a browser read the refusal of a large body") {
  HttpBounds bounds;
  bounds.body_bytes_max = 1000;
  const HttpServer server = serving_loopback(bounds);
  RawClient client(server.port());
  REQUIRE(client.say("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500000\r\n\r\n"));
  REQUIRE(client.say(std::string(500000, 'b')));
  CHECK(starts(client.hear(), "HTTP/1.1 413"));
}

TEST_CASE("HttpServer ends a request that comes too slowly and an idle connection") {
  TempFolder folder;
  HttpBounds bounds;
  bounds.request_max = milliseconds(300);
  bounds.idle_max = milliseconds(300);
  const HttpServer server = serving(folder.file("api"), bounds);
  const auto start = std::chrono::steady_clock::now();
  RawClient idle(folder.file("api"));
  RawClient slow(folder.file("api"));
  bool ended = !slow.say("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 100 && !ended; ++i) {
    ended = !slow.say("X-A: b\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  CHECK(ended);
  CHECK(idle.hear().empty());
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("HttpServer keeps further clients waiting when its connections are taken") {
  TempFolder folder;
  HttpBounds bounds;
  bounds.connections_max = 2;
  const HttpServer server = serving(folder.file("api"), bounds);
  auto first = std::make_unique<RawClient>(folder.file("api"));
  RawClient second(folder.file("api"));
  RawClient third(folder.file("api"));
  const std::string request = "GET /here HTTP/1.1\r\nHost: x\r\n\r\n";
  REQUIRE(first->say(request));
  REQUIRE(second.say(request));
  REQUIRE(first->hear("/here").size() > 0);
  REQUIRE(second.hear("/here").size() > 0);
  REQUIRE(third.say(request));
  std::string answer;
  std::thread waiting([&] { answer = third.hear("/here"); });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  first.reset();
  waiting.join();
  CHECK(starts(answer, "HTTP/1.1 201"));
}

TEST_CASE("HttpServer on loopback answers this machine's names only") {
  const HttpServer server = serving_loopback();
  REQUIRE(server.port() != 0);
  const auto status_for = [&](const std::string& host) {
    RawClient client(server.port());
    REQUIRE(client.say("GET / HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n"));
    return client.hear().substr(9, 3);
  };
  CHECK(status_for("Host: localhost\r\n") == "201");
  CHECK(status_for("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n") == "201");
  CHECK(status_for("Host: evil.example\r\n") == "421");
  CHECK(status_for("Host: localhost.evil.example:80\r\n") == "421");
  CHECK(status_for("") == "421");
  const auto taken = HttpServer::on_loopback(server.port(), echo);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == ErrorCode::kUnavailable);
}

TEST_CASE("HttpServer can be ended while clients are connected") {
  TempFolder folder;
  std::optional<HttpServer> server(serving(folder.file("api")));
  RawClient one(folder.file("api"));
  RawClient two(folder.file("api"));
  REQUIRE(one.say("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n"));
  REQUIRE(one.hear("/1").size() > 0);
  REQUIRE(two.say("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab"));
  server.reset();
  CHECK(one.hear().empty());
  CHECK(two.hear().empty());
}
