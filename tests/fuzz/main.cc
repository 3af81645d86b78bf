// libFuzzer's door to one target; which one, the build says.
#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  safeconduct::fuzz::SAFECONDUCT_FUZZ_TARGET({bytes, size});
  return 0;
}
