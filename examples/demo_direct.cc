#include "examples/demo_direct.h"

#include "examples/demo_stage.h"

namespace safeconduct::demo {

bool play_direct(std::ostream& out) {
  const Ran ran = run_to_end(
      "/bin/bash", {std::string(SAFECONDUCT_SOURCE) + "/examples/direct", SAFECONDUCT_BUILD});
  out << "\nWhere the law keeps even sealed content from whoever passes it on\n"
      << indented(ran.output);
  const bool none = ran.output.find("ever came to the broker: 0 bytes") != std::string::npos;
  const bool good = ran.exit == 0 && none;
  if (!good) out << "NOT AS EXPECTED: the scene of direct transport did not end well\n";
  return good;
}

}  // namespace safeconduct::demo
