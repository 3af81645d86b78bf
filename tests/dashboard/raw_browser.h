// Something that speaks to the dashboard byte by byte, also as no browser would.
#pragma once

#include <string>
#include <string_view>

#include "schemas/io/file.h"

namespace safeconduct::dashboard_tests {

class RawBrowser {
 public:
  explicit RawBrowser(std::uint16_t port);
  // False when the other side has closed.
  bool say(std::string_view text);
  // All that comes until the other side closes, `until` was seen or `wait_s` are over.
  std::string hear(std::string_view until = {}, int wait_s = 15);

 private:
  io::FileDescriptor file_;
};

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  // Of a `Set-Cookie`: name=value; empty when there is none.
  [[nodiscard]] std::string cookie() const;
};
[[nodiscard]] Answer answer_of(const std::string& heard);

// One request on a connection of its own. `lines`: further header lines, each with its CRLF.
[[nodiscard]] Answer ask(std::uint16_t port, const std::string& method, const std::string& target,
                         const std::string& lines = {}, const std::string& body = {});
// A POST as the page itself makes it.
[[nodiscard]] Answer post(std::uint16_t port, const std::string& target, const std::string& body,
                          const std::string& lines = {});

}  // namespace safeconduct::dashboard_tests
