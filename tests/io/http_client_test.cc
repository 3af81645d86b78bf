#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <thread>

#include "schemas/io/file.h"
#include "schemas/io/http.h"
#include "tests/io/temp_folder.h"

using namespace safeconduct;
using namespace safeconduct::io;

namespace {

// A daemon that answers the first client with fixed bytes, or with silence.
class FixedAnswer {
 public:
  FixedAnswer(const std::string& path, std::string answer, bool hang = false)
      : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_.get(), 4) == 0);
    thread_ = std::thread([this, hang, answer = std::move(answer)] {
      const FileDescriptor client(::accept(listener_.get(), nullptr, nullptr));
      char buffer[4096];
      (void)!::recv(client.get(), buffer, sizeof buffer, 0);
      (void)!::send(client.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
      while (hang && ::recv(client.get(), buffer, sizeof buffer, 0) > 0) {
      }
    });
  }
  ~FixedAnswer() { thread_.join(); }

 private:
  FileDescriptor listener_;
  std::thread thread_;
};

Error error_of(const Result<HttpResponse>& result) {
  REQUIRE_FALSE(result);
  return result.error();
}

HttpCall call_to(const std::string& path) {
  HttpCall call;
  call.socket_path = path;
  call.wait = milliseconds(500);
  return call;
}

}  // namespace

TEST_CASE("A call to a daemon that is not running says how to start it") {
  TempFolder folder;
  const Error error = error_of(http_request(call_to(folder.file("api"))));
  CHECK(error.code == ErrorCode::kUnavailable);
  CHECK(says(error, "cannot reach the agent at `" + folder.file("api") + "`"));
  CHECK(says(error, "start it with `safeconduct-agent`"));
  const Error too_long = error_of(http_request(call_to("/" + std::string(200, 'x'))));
  CHECK(too_long.code == ErrorCode::kInvalid);
}

TEST_CASE("A call gives up on a daemon that does not answer in time") {
  TempFolder folder;
  const FixedAnswer daemon(folder.file("api"), "", /*hang=*/true);
  const auto start = std::chrono::steady_clock::now();
  const Error error = error_of(http_request(call_to(folder.file("api"))));
  CHECK(error.code == ErrorCode::kUnavailable);
  CHECK(says(error, "did not answer in time"));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("A call refuses an answer that is too large, not HTTP, or cut short") {
  TempFolder folder;
  SECTION("too large") {
    const FixedAnswer daemon(folder.file("api"), "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" +
                                                     std::string(2000, 'x'));
    HttpCall call = call_to(folder.file("api"));
    call.answer_bytes_max = 1999;
    const Error error = error_of(http_request(call));
    CHECK(error.code == ErrorCode::kInvalid);
    CHECK(says(error, "too large"));
  }
  SECTION("not HTTP") {
    const FixedAnswer daemon(folder.file("api"), "SSH-2.0-OpenSSH\r\n\r\n");
    const Error error = error_of(http_request(call_to(folder.file("api"))));
    CHECK(error.code == ErrorCode::kInvalid);
    CHECK(says(error, "does not speak HTTP"));
  }
  SECTION("cut short") {
    const FixedAnswer daemon(folder.file("api"), "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nx");
    const Error error = error_of(http_request(call_to(folder.file("api"))));
    CHECK(error.code == ErrorCode::kUnavailable);
    CHECK(says(error, "closed the connection"));
  }
}
