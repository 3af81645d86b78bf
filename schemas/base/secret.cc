#include "schemas/base/secret.h"

#include <cstring>

namespace safeconduct {

void wipe(void* memory, std::size_t size) {
  if (size != 0) explicit_bzero(memory, size);
}

}  // namespace safeconduct
