#include "schemas/io/http_stream.h"

namespace safeconduct::io {

bool HttpStream::push(std::string_view piece) {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    if (waiting_.size() + piece.size() > waiting_bytes_max_) {
      closed_ = true;
      waiting_.clear();
    } else {
      waiting_ += piece;
    }
    wake = wake_;
  }
  if (wake) wake();
  return true;
}

void HttpStream::close() {
  std::function<void()> wake;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    wake = wake_;
  }
  if (wake) wake();
}

bool HttpStream::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

void HttpStreamAccess::attach(HttpStream& stream, std::function<void()> wake) {
  const std::lock_guard lock(stream.mutex_);
  stream.wake_ = std::move(wake);
}

void HttpStreamAccess::detach(HttpStream& stream) {
  const std::lock_guard lock(stream.mutex_);
  stream.closed_ = true;
  stream.waiting_.clear();
  stream.wake_ = nullptr;
}

HttpStreamAccess::Taken HttpStreamAccess::take(HttpStream& stream) {
  const std::lock_guard lock(stream.mutex_);
  return {std::exchange(stream.waiting_, {}), stream.closed_};
}

}  // namespace safeconduct::io
