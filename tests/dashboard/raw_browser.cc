#include "tests/dashboard/raw_browser.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <stdexcept>

namespace safeconduct::dashboard_tests {

RawBrowser::RawBrowser(std::uint16_t port) : file_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(file_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("nobody listens");
  }
}

bool RawBrowser::say(std::string_view text) {
  return ::send(file_.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(text.size());
}

std::string RawBrowser::hear(std::string_view until, int wait_s) {
  const timeval limit{wait_s, 0};
  ::setsockopt(file_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  std::string heard;
  char buffer[4096];
  while (until.empty() || heard.find(until) == std::string::npos) {
    const ssize_t n = ::recv(file_.get(), buffer, sizeof buffer, 0);
    if (n <= 0) break;
    heard.append(buffer, static_cast<std::size_t>(n));
  }
  return heard;
}

std::string Answer::cookie() const {
  const std::string name = "Set-Cookie: ";
  const std::size_t at = head.find(name);
  if (at == std::string::npos) return {};
  return head.substr(at + name.size(), head.find(';', at) - at - name.size());
}

Answer answer_of(const std::string& heard) {
  Answer answer;
  const std::size_t end = heard.find("\r\n\r\n");
  answer.head = heard.substr(0, end);
  if (end != std::string::npos) answer.body = heard.substr(end + 4);
  if (heard.starts_with("HTTP/1.1 ")) answer.status = std::stoi(heard.substr(9, 3));
  return answer;
}

Answer ask(std::uint16_t port, const std::string& method, const std::string& target,
           const std::string& lines, const std::string& body) {
  const bool names_host = lines.find("Host:") != std::string::npos;
  RawBrowser browser(port);
  browser.say(method + " " + target + " HTTP/1.1\r\n" +
              (names_host ? "" : "Host: localhost:" + std::to_string(port) + "\r\n") + lines +
              (body.empty() ? "" : "Content-Length: " + std::to_string(body.size()) + "\r\n") +
              "Connection: close\r\n\r\n" + body);
  return answer_of(browser.hear());
}

Answer post(std::uint16_t port, const std::string& target, const std::string& body,
            const std::string& lines) {
  const std::string origin = "Origin: http://localhost:" + std::to_string(port) + "\r\n";
  const bool has_origin = lines.find("Origin:") != std::string::npos;
  return ask(port, "POST", target,
             (has_origin ? "" : origin) + "Content-Type: application/json\r\n" + lines, body);
}

}  // namespace safeconduct::dashboard_tests
