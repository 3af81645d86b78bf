#include "broker/memory.h"

#ifdef SAFECONDUCT_JEMALLOC

#include <jemalloc/jemalloc.h>

#include <string>

// Read by jemalloc when the program starts. Few arenas, and what is free goes back soon: ticks come
// and go in a few megabytes each.
extern "C" {
const char* malloc_conf = "narenas:2,dirty_decay_ms:1000,muzzy_decay_ms:0";
}

namespace safeconduct::broker {

void give_memory_back() {
  static const std::string name = "arena." + std::to_string(MALLCTL_ARENAS_ALL) + ".purge";
  mallctl(name.c_str(), nullptr, nullptr, nullptr, 0);
}

}  // namespace safeconduct::broker

#else

#include <malloc.h>

namespace safeconduct::broker {

void give_memory_back() {
  malloc_trim(0);
}

}  // namespace safeconduct::broker

#endif
