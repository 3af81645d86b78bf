// What all connections of an HTTP server share, and how they answer. For this room's own sources.
#pragma once

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <map>
#include <optional>

#include "schemas/io/http.h"

namespace safeconduct::io {

namespace beast = boost::beast;
namespace http = boost::beast::http;

// What all connections of one server share; used on the server's thread only.
struct House {
  HttpServer::Handler handler;
  HttpBounds bounds;
  bool local_host_only = false;
  std::size_t connections = 0;
  std::map<std::string, std::size_t> per_address;
  std::function<void()> when_one_left;
  std::function<void(const std::string& peer, std::string_view what)> turned_away;
  // Makes an answer on another thread and hands it to `done` on the server's; false: too many wait.
  std::function<bool(std::function<HttpResponse()> make, std::function<void(HttpResponse)> done)>
      later;

  void tell(const std::string& peer, std::string_view what) const {
    if (turned_away) turned_away(peer, what);
  }
};

[[nodiscard]] HttpResponse plain_error(int status, std::string_view sentence);
[[nodiscard]] HttpRequest request_of(http::request<http::string_body> message);
// The handler's answer, or the error that is told instead.
[[nodiscard]] HttpResponse handled(const House& house, const HttpRequest& request);
// What a request that could not be read is answered with; nothing when there is nobody to tell.
struct Unreadable {
  int status = 0;
  std::string_view what;
};
[[nodiscard]] std::optional<Unreadable> unreadable(const beast::error_code& error);

}  // namespace safeconduct::io
