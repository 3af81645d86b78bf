#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>

#include "schemas/io/http.h"

namespace safeconduct::io {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Stream = beast::basic_stream<asio::generic::stream_protocol, asio::io_context::executor_type>;
using Endpoint = asio::generic::stream_protocol::endpoint;

std::string_view first_value(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (beast::iequals(key, name)) return value;
  }
  return {};
}

http::request<http::string_body> message_of(const HttpCall& call) {
  http::request<http::string_body> message;
  message.version(11);
  message.method_string(call.method);
  message.target(call.target);
  message.set(http::field::host, call.address.empty() ? "localhost" : call.address);
  for (const auto& [name, value] : call.headers) message.set(name, value);
  if (!call.body.empty()) message.set(http::field::content_type, call.content_type);
  message.body() = call.body;
  message.keep_alive(false);
  message.prepare_payload();
  return message;
}

const std::string& place_of(const HttpCall& call) {
  return call.address.empty() ? call.socket_path : call.address;
}

Error failure(const HttpCall& call, const beast::error_code& error) {
  const std::string where = "the " + call.program + " at `" + place_of(call) + "`";
  if (error == beast::error::timeout) {
    return {ErrorCode::kUnavailable, where + " did not answer in time; look at its log"};
  }
  if (error == asio::error::access_denied) {
    return {ErrorCode::kForbidden,
            "you may not talk to " + where + "; run this as the user who runs it"};
  }
  if (error == http::error::body_limit || error == http::error::header_limit) {
    return invalid("the answer of " + where + " is too large; ask for less");
  }
  if (error.category() == http::make_error_code(http::error::bad_version).category() &&
      error != http::error::end_of_stream && error != http::error::partial_message) {
    return invalid(where + " does not speak HTTP; check the path");
  }
  return {ErrorCode::kUnavailable, where + " closed the connection; look at its log"};
}

Error unreachable(const HttpCall& call, const beast::error_code& error) {
  if (error == asio::error::access_denied || error == beast::error::timeout) {
    return failure(call, error);
  }
  if (!call.address.empty()) {
    return {ErrorCode::kUnavailable, "cannot reach the " + call.program + " at `" + call.address +
                                         "` (" + error.message() + "); check that it runs there"};
  }
  return {ErrorCode::kUnavailable, "cannot reach the " + call.program + " at `" + call.socket_path +
                                       "`; start it with `safeconduct-" + call.program + "`"};
}

HttpResponse response_of(http::response<http::string_body> message) {
  HttpResponse response;
  response.status = static_cast<int>(message.result_int());
  response.content_type = std::string(message[http::field::content_type]);
  for (const auto& field : message) {
    response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  response.body = std::move(message.body());
  return response;
}

// One asynchronous step, run to its end; the stream's deadline bounds it.
template <class Start>
beast::error_code finish(asio::io_context& context, Start start) {
  beast::error_code result;
  start([&](beast::error_code error, auto&&...) { result = error; });
  context.restart();
  context.run();
  return result;
}

Result<Endpoint> endpoint_of(const HttpCall& call, asio::io_context& context) {
  if (call.address.empty()) {
    if (call.socket_path.size() >= sizeof(sockaddr_un::sun_path)) {
      return invalid("the socket path `" + call.socket_path +
                     "` is too long; choose a shorter one");
    }
    return Endpoint(asio::local::stream_protocol::endpoint(call.socket_path));
  }
  const std::size_t colon = call.address.rfind(':');
  if (colon == std::string::npos || colon == 0) {
    return invalid("`" + call.address + "` is no address; write host:port");
  }
  asio::ip::tcp::resolver resolver(context);
  beast::error_code error;
  const auto found =
      resolver.resolve(call.address.substr(0, colon), call.address.substr(colon + 1), error);
  if (error || found.empty()) return unreachable(call, error);
  return Endpoint(found.begin()->endpoint());
}

}  // namespace

std::string_view HttpRequest::header(std::string_view name) const {
  return first_value(headers, name);
}

std::string_view HttpResponse::header(std::string_view name) const {
  return first_value(headers, name);
}

Result<HttpResponse> http_request(const HttpCall& call) {
  asio::io_context context{1};
  TRY(endpoint, endpoint_of(call, context));
  Stream stream(context.get_executor());
  stream.expires_after(std::chrono::milliseconds(call.wait.ms));
  auto error = finish(context, [&](auto done) { stream.async_connect(endpoint, done); });
  if (error) return unreachable(call, error);

  const auto message = message_of(call);
  error = finish(context, [&](auto done) { http::async_write(stream, message, done); });
  // A server that refuses a large body answers and closes before all of it is sent: read that.
  if (error && error != asio::error::broken_pipe && error != asio::error::connection_reset) {
    return failure(call, error);
  }

  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(call.answer_bytes_max);
  error = finish(context, [&](auto done) { http::async_read(stream, buffer, parser, done); });
  if (error) return failure(call, error);
  return response_of(parser.release());
}

}  // namespace safeconduct::io
