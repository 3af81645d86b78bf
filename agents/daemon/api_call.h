// What the handlers of the local interface share. Only its own sources include it.
#pragma once

#include <map>
#include <mutex>

#include "agents/daemon/local_api.h"

namespace safeconduct::agent {

inline constexpr Duration kWaitDefault = milliseconds(0);
inline constexpr std::size_t kListMax = 500;

inline Error no_such_route() {
  return not_found("there is nothing here; the routes are listed in agents/daemon/README.md");
}

inline Error wrong_method(std::string_view allowed) {
  return invalid("this route answers " + std::string(allowed) + " only");
}

// The body as a JSON object; an empty body is an empty object.
inline Result<Json> body_of(const std::string& text) {
  if (text.empty()) return Json::object();
  Json body = Json::parse(text, nullptr, false);
  if (!body.is_object()) return invalid("the body is not a JSON object");
  return body;
}

template <class Id>
Result<Id> id_of(const std::string& text, std::string_view what) {
  auto id = Id::parse(text);
  if (!id) return invalid(std::string(what) + " ids are 32 hexadecimal digits");
  return *id;
}

struct LocalApi::Call {
  const io::HttpRequest& request;
  std::vector<std::string> path;  // after /v1
  std::map<std::string, std::string> query;
  Duration wait = kWaitDefault;

  [[nodiscard]] bool is(std::string_view method) const { return request.method == method; }
};

template <class Done>
void LocalApi::wait_for(std::unique_lock<std::mutex>& lock, Duration wait, Done&& done) {
  shared_.wake();
  shared_.changed.wait_for(lock, std::chrono::milliseconds(wait.ms),
                           [&] { return shared_.failure.has_value() || done(); });
}

}  // namespace safeconduct::agent
