// libFuzzer over what browsers, and others, send: targets and cookies. Start it with corpus/.
#include <cstddef>
#include <cstdint>

#include "tests/dashboard/anything.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  safeconduct::dashboard_tests::read_anything({reinterpret_cast<const char*>(bytes), size});
  return 0;
}
