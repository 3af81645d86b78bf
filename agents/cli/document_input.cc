#include "agents/cli/document_input.h"

#include <unistd.h>

#include <cerrno>

#include "schemas/io/file.h"

namespace safeconduct::cli {
namespace {

Result<std::string> read_standard_input(std::size_t bytes_max) {
  if (::isatty(STDIN_FILENO) == 1) {
    return invalid("name a file, or send the document to standard input");
  }
  std::string text;
  char block[16 * 1024];
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io::os_error(errno, "read", "standard input");
    if (got == 0) return text;
    text.append(block, static_cast<std::size_t>(got));
    if (text.size() > bytes_max) {
      return invalid("standard input is larger than " + std::to_string(bytes_max) +
                     " bytes; check that it is the right document");
    }
  }
}

}  // namespace

Result<std::string> read_document(const std::string& path, std::size_t bytes_max) {
  if (path.empty() || path == "-") return read_standard_input(bytes_max);
  TRY(bytes, io::read_file(path, bytes_max));
  return std::string(text_of(bytes));
}

}  // namespace safeconduct::cli
