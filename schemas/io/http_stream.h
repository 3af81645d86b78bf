// The server's side of an answer that stays open. For this room's own sources.
#pragma once

#include "schemas/io/http.h"

namespace safeconduct::io {

struct HttpStreamAccess {
  // `wake` is called, on any thread, when there is something to take.
  static void attach(HttpStream& stream, std::function<void()> wake);
  // Nobody reads any more; wake is not called after this.
  static void detach(HttpStream& stream);
  struct Taken {
    std::string pieces;
    bool closed = false;
  };
  [[nodiscard]] static Taken take(HttpStream& stream);
};

}  // namespace safeconduct::io
