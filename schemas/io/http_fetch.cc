#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>

#include "schemas/io/http.h"

namespace safeconduct::io {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using Plain = beast::tcp_stream;
using Tls = beast::ssl_stream<Plain>;

struct Url {
  bool is_secure = true;
  std::string host;
  std::string port;
  std::string target;
};

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "127.0.0.1" || host == "::1";
}

Result<Url> url_of(const std::string& text) {
  const Error wrong = invalid("`" + text + "` is no address that can be asked; write `https://…`");
  Url url;
  std::string_view rest = text;
  url.is_secure = rest.starts_with("https://");
  if (!url.is_secure && !rest.starts_with("http://")) return wrong;
  rest.remove_prefix(url.is_secure ? 8 : 7);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, slash);
  url.target = slash < rest.size() ? std::string(rest.substr(slash)) : "/";
  const std::size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && authority.find(']', colon) == authority.npos;
  url.port = has_port ? std::string(authority.substr(colon + 1)) : url.is_secure ? "443" : "80";
  if (has_port) authority = authority.substr(0, colon);
  if (authority.starts_with('[') && authority.ends_with(']')) {
    authority = authority.substr(1, authority.size() - 2);
  }
  url.host = std::string(authority);
  if (url.host.empty() || url.host.find('@') != std::string::npos) return wrong;
  if (!url.is_secure && !is_this_machine(url.host)) return wrong;
  return url;
}

Error failure(const Url& url, const beast::error_code& error) {
  return {ErrorCode::kUnavailable, "`" + url.host + "` cannot be asked: " + error.message()};
}

// One asynchronous step, run to its end; the stream's deadline bounds it.
template <class Start>
beast::error_code finish(asio::io_context& context, Start start) {
  beast::error_code result;
  start([&](const beast::error_code& error, auto&&...) { result = error; });
  context.restart();
  context.run();
  return result;
}

http::request<http::string_body> message_of(const HttpFetch& fetch, const Url& url) {
  http::request<http::string_body> message;
  message.version(11);
  message.method_string(fetch.method);
  message.target(url.target);
  message.set(http::field::host, url.host + ":" + url.port);
  message.set(http::field::accept, "application/json");
  for (const auto& [name, value] : fetch.headers) message.set(name, value);
  if (!fetch.content_type.empty()) message.set(http::field::content_type, fetch.content_type);
  message.body() = fetch.body;
  message.keep_alive(false);
  message.prepare_payload();
  return message;
}

template <class Stream>
Result<HttpResponse> talk(asio::io_context& context, Stream& stream, const HttpFetch& fetch,
                          const Url& url) {
  const auto message = message_of(fetch, url);
  auto error = finish(context, [&](auto done) { http::async_write(stream, message, done); });
  if (error) return failure(url, error);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(fetch.answer_bytes_max);
  error = finish(context, [&](auto done) { http::async_read(stream, buffer, parser, done); });
  if (error) return failure(url, error);
  HttpResponse response;
  response.status = static_cast<int>(parser.get().result_int());
  response.content_type = std::string(parser.get()[http::field::content_type]);
  for (const auto& field : parser.get()) {
    response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  response.body = std::move(parser.get().body());
  return response;
}

beast::error_code connect(asio::io_context& context, Plain& stream, const Url& url) {
  beast::error_code error;
  asio::ip::tcp::resolver resolver(context);
  const auto found = resolver.resolve(url.host, url.port, error);
  if (error) return error;
  return finish(context, [&](auto done) { stream.async_connect(found, done); });
}

}  // namespace

Result<HttpResponse> http_fetch(const HttpFetch& fetch) {
  TRY(url, url_of(fetch.url));
  asio::io_context context{1};
  const auto wait = std::chrono::milliseconds(fetch.wait.ms);
  if (!url.is_secure) {
    Plain stream(context);
    stream.expires_after(wait);
    const auto error = connect(context, stream, url);
    if (error) return failure(url, error);
    return talk(context, stream, fetch, url);
  }
  beast::error_code error;
  asio::ssl::context tls(asio::ssl::context::tls_client);
  tls.set_verify_mode(asio::ssl::verify_peer, error);
  if (fetch.authorities.empty()) {
    tls.set_default_verify_paths(error);
  } else {
    tls.load_verify_file(fetch.authorities, error);
  }
  if (error) return failure(url, error);
  Tls stream(context, tls);
  stream.set_verify_callback(asio::ssl::host_name_verification(url.host), error);
  if (!is_this_machine(url.host)) {
    // Server Name Indication (RFC 6066 §3), which virtual hosts need.
    if (!SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str())) {
      return failure(url, asio::error::invalid_argument);
    }
  }
  beast::get_lowest_layer(stream).expires_after(wait);
  error = connect(context, beast::get_lowest_layer(stream), url);
  if (error) return failure(url, error);
  error = finish(context,
                 [&](auto done) { stream.async_handshake(asio::ssl::stream_base::client, done); });
  if (error) return failure(url, error);
  return talk(context, stream, fetch, url);
}

}  // namespace safeconduct::io
