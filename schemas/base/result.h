// Result<T>: a value or an Error. Expected conditions (remote input, disk, configuration) travel
// this way; our own bugs are SC_CHECK failures. Method names follow std::expected, which g++ 12 has
// only in C++23.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "schemas/base/check.h"

namespace safeconduct {

// Few codes, classed by what the caller should do.
enum class ErrorCode {
  kInvalid,      // the input is malformed or breaks a stated bound: do not retry, fix the input
  kUnauthentic,  // a signature, MAC, key or proof does not hold: do not retry, suspect the source
  kForbidden,    // understood, authentic, and not allowed to this caller
  kNotFound,     // no such thing (also said to those who may not know whether it exists)
  kConflict,     // the same name with other content, or a stale version: read again, then decide
  kExpired,      // too late or too early by the clock that decides
  kOverloaded,   // push-back: nothing was done, try again later
  kUnavailable,  // the peer or the store is not reachable now: try again later
  kUnsupported,  // a version or feature this program does not speak: upgrade
  kIo,           // the operating system or the disk failed: stop and look
  kCorrupt,      // stored bytes are not what was written: stop and look
};

[[nodiscard]] std::string_view error_code_name(ErrorCode code);

// Message: lower case, the remote value in backticks, what to do next. Never payload, never a
// person's name.
struct [[nodiscard]] Error {
  ErrorCode code = ErrorCode::kInvalid;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & {
    SC_CHECK(has_value());
    return std::get<0>(state_);
  }
  const T& value() const& {
    SC_CHECK(has_value());
    return std::get<0>(state_);
  }
  T&& value() && {
    SC_CHECK(has_value());
    return std::get<0>(std::move(state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& {
    SC_CHECK(!has_value());
    return std::get<1>(state_);
  }
  Error&& error() && {
    SC_CHECK(!has_value());
    return std::get<1>(std::move(state_));
  }

  template <class U>
  T value_or(U&& fallback) const& {
    return has_value() ? value() : static_cast<T>(fallback);
  }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool has_value() const { return !error_.has_value(); }
  explicit operator bool() const { return has_value(); }
  void value() const { SC_CHECK(has_value()); }
  const Error& error() const& {
    SC_CHECK(!has_value());
    return *error_;
  }
  Error&& error() && {
    SC_CHECK(!has_value());
    return std::move(*error_);
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

[[nodiscard]] inline Error invalid(std::string message) {
  return {ErrorCode::kInvalid, std::move(message)};
}
[[nodiscard]] inline Error unauthentic(std::string message) {
  return {ErrorCode::kUnauthentic, std::move(message)};
}
[[nodiscard]] inline Error not_found(std::string message) {
  return {ErrorCode::kNotFound, std::move(message)};
}
[[nodiscard]] inline Error io_error(std::string message) {
  return {ErrorCode::kIo, std::move(message)};
}
[[nodiscard]] inline Error corrupt(std::string message) {
  return {ErrorCode::kCorrupt, std::move(message)};
}

#define SC_CONCAT_INNER(a, b) a##b
#define SC_CONCAT(a, b) SC_CONCAT_INNER(a, b)

// TRY(name, expression): name becomes the value, or this function returns the error.
#define TRY(name, expression) TRY_AS(auto, name, expression)
#define TRY_AS(type, name, expression)                                                     \
  auto SC_CONCAT(sc_result_, name) = (expression);                                         \
  if (!SC_CONCAT(sc_result_, name)) return std::move(SC_CONCAT(sc_result_, name)).error(); \
  type name = std::move(SC_CONCAT(sc_result_, name)).value()

// TRY_OK(expression): for Status, or to drop the value.
#define TRY_OK(expression)                               \
  do {                                                   \
    auto sc_status = (expression);                       \
    if (!sc_status) return std::move(sc_status).error(); \
  } while (false)

}  // namespace safeconduct
