// One connection of an HTTP server, plain or TLS. For this room's own sources.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <optional>

#include "schemas/io/http_house.h"
#include "schemas/io/http_stream.h"

namespace safeconduct::io {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

using PlainStream = beast::basic_stream<asio::generic::stream_protocol>;
using TlsStream = beast::ssl_stream<PlainStream>;

[[nodiscard]] inline std::chrono::milliseconds chrono_of(Duration d) {
  return std::chrono::milliseconds(d.ms);
}

template <class Stream>
class HttpSession : public std::enable_shared_from_this<HttpSession<Stream>> {
 public:
  HttpSession(Stream stream, House& house, std::string peer)
      : stream_(std::move(stream)), house_(house), peer_(std::move(peer)) {
    ++house_.connections;
    ++house_.per_address[peer_];
  }
  ~HttpSession() {
    if (streamed_) HttpStreamAccess::detach(*streamed_);
    --house_.connections;
    const auto mine = house_.per_address.find(peer_);
    if (mine != house_.per_address.end() && --mine->second == 0) house_.per_address.erase(mine);
    if (house_.when_one_left) house_.when_one_left();
  }
  HttpSession(const HttpSession&) = delete;
  HttpSession& operator=(const HttpSession&) = delete;

  void start() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      lowest().expires_after(chrono_of(house_.bounds.request_max));
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = this->shared_from_this()](const beast::error_code& error) {
                                if (error)
                                  return self->house_.tell(self->peer_, "the TLS handshake failed");
                                self->read(self->house_.bounds.idle_max);
                              });
    } else {
      read(house_.bounds.idle_max);
    }
  }

 private:
  PlainStream& lowest() { return beast::get_lowest_layer(stream_); }

  void read(Duration wait) {
    parser_.emplace();
    parser_->header_limit(house_.bounds.header_bytes_max);
    parser_->body_limit(house_.bounds.body_bytes_max);
    if (buffer_.size() > 0) return read_rest();  // sent ahead, with the request before
    lowest().expires_after(chrono_of(wait));
    // The idle time ends with the first byte; from then on the whole request has its own time.
    stream_.async_read_some(
        buffer_.prepare(kFirstBytes),
        [self = this->shared_from_this()](const beast::error_code& error, std::size_t size) {
          if (error) return;  // nobody asked anything
          self->buffer_.commit(size);
          self->read_rest();
        });
  }

  void read_rest() {
    lowest().expires_after(chrono_of(house_.bounds.request_max));
    http::async_read(stream_, buffer_, *parser_,
                     [self = this->shared_from_this()](const beast::error_code& error,
                                                       std::size_t) { self->answer(error); });
  }

  void answer(const beast::error_code& error) {
    if (const auto why = unreadable(error)) {
      house_.tell(peer_, why->what);
      return write(plain_error(why->status, why->what), false);
    }
    if (error == beast::error::timeout) house_.tell(peer_, "the request took too long");
    if (error) return;  // closed, too slow or gone: there is nobody to tell
    auto message = parser_->release();
    keep_ = message.keep_alive();
    only_head_ = message.method() == http::verb::head;
    HttpRequest request = request_of(std::move(message));
    request.peer = peer_;
    HttpResponse response = handled(house_, request);
    if (!response.later) return write(std::move(response), keep_);
    lowest().expires_never();
    const auto done = [self = this->shared_from_this()](HttpResponse made) {
      self->write(std::move(made), self->keep_);
    };
    if (!house_.later || !house_.later(std::move(response.later), done)) {
      write(plain_error(503, "too much to do; try again in a moment"), keep_);
    }
  }

  void write(HttpResponse response, bool keep) {
    message_ = {};
    message_.version(11);
    message_.result(static_cast<unsigned>(response.status));
    message_.set(http::field::content_type, response.content_type);
    for (const auto& [name, value] : response.headers) message_.insert(name, value);
    message_.body() = std::move(response.body);
    lowest().expires_after(chrono_of(house_.bounds.request_max));
    if (response.stream && !only_head_) return write_head(std::move(response.stream));
    message_.keep_alive(keep);
    message_.prepare_payload();
    if (only_head_) message_.body().clear();  // RFC 9110 §9.3.2: the length, not the content
    http::async_write(
        stream_, message_,
        [self = this->shared_from_this(), keep](const beast::error_code& error, std::size_t) {
          if (error) return;
          if (keep) return self->read(self->house_.bounds.idle_max);
          self->finish();
        });
  }

  void finish() {
    beast::error_code ignored;
    lowest().socket().shutdown(asio::socket_base::shutdown_send, ignored);
    lowest().expires_after(chrono_of(kLinger));
    drain();
  }

  // What a refused client is still sending is read and dropped for a moment: closing on it at once
  // would take the answer away before the client has read it.
  void drain() {
    lowest().async_read_some(
        asio::buffer(scratch_),
        [self = this->shared_from_this()](const beast::error_code& error, std::size_t) {
          if (!error) self->drain();
        });
  }

  // RFC 9112 §6.3: an answer without a length goes on until the connection ends.
  void write_head(std::shared_ptr<HttpStream> streamed) {
    streamed_ = std::move(streamed);
    message_.keep_alive(false);
    HttpStreamAccess::attach(*streamed_,
                             [weak = this->weak_from_this(), executor = lowest().get_executor()] {
                               asio::post(executor, [weak] {
                                 if (const auto self = weak.lock()) self->send_pieces();
                               });
                             });
    sending_ = true;
    http::async_write(
        stream_, message_,
        [self = this->shared_from_this()](const beast::error_code& error, std::size_t) {
          self->sending_ = false;
          if (error) return self->end();
          self->watch();
          self->send_pieces();
        });
  }

  // The reader says nothing any more; that it has gone is all there is to hear.
  void watch() {
    lowest().expires_never();
    stream_.async_read_some(
        asio::buffer(scratch_),
        [self = this->shared_from_this()](const beast::error_code& error, std::size_t) {
          if (error) return self->end();
          self->watch();
        });
  }

  void send_pieces() {
    if (sending_ || ended_) return;
    auto taken = HttpStreamAccess::take(*streamed_);
    if (taken.pieces.empty()) {
      if (taken.closed) end();
      return;
    }
    pieces_ = std::move(taken.pieces);
    sending_ = true;
    lowest().expires_after(chrono_of(house_.bounds.request_max));
    asio::async_write(
        stream_, asio::buffer(pieces_),
        [self = this->shared_from_this()](const beast::error_code& error, std::size_t) {
          self->sending_ = false;
          if (error == beast::error::timeout) self->house_.tell(self->peer_, "reads too slowly");
          if (error) return self->end();
          self->lowest().expires_never();
          self->send_pieces();
        });
  }

  void end() {
    if (std::exchange(ended_, true)) return;
    HttpStreamAccess::detach(*streamed_);
    lowest().close();
  }

  static constexpr Duration kLinger = seconds(2);
  static constexpr std::size_t kFirstBytes = 4096;

  Stream stream_;
  House& house_;
  const std::string peer_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> message_;
  std::array<char, 16 * 1024> scratch_;
  bool only_head_ = false;
  bool keep_ = false;
  std::shared_ptr<HttpStream> streamed_;
  std::string pieces_;
  bool sending_ = false;
  bool ended_ = false;
};

}  // namespace safeconduct::io
