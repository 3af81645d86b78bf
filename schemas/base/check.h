// Assertions that stay on in release. For our own invariants only, never for input from outside.
#pragma once

namespace safeconduct {

// Writes one line to standard error and aborts. Prints the expression's text only, never a value.
[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace safeconduct

#define SC_CHECK(expression)           \
  ((expression) ? static_cast<void>(0) \
                : ::safeconduct::check_failed(#expression, __FILE__, __LINE__))
