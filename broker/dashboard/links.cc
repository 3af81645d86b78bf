#include "broker/dashboard/links.h"

#include <unistd.h>

#include "schemas/base/codec.h"
#include "schemas/io/file.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/web_signature.h"

namespace safeconduct::dashboard {
namespace {

constexpr std::size_t kTokenChars = 43;
constexpr std::size_t kFileBytesMax = 1024;

std::string path_of(const std::string& folder, std::string_view token) {
  return folder + "/" +
         to_hex(seal::labelled_hash("safeconduct/1 dashboard link", {view_of(token)})) + ".link";
}

}  // namespace

Result<std::string> make_link(const std::string& folder, const std::string& who, Instant until,
                              Random& random) {
  const std::string token = seal::to_base64url(random.array<32>());
  TRY_OK(io::make_private_directory(folder));
  const Bytes body = ByteWriter().str8(who).i64(until.ms).take();
  TRY_OK(io::write_new(path_of(folder, token), body, 0600));
  return token;
}

std::optional<std::string> use_link(const std::string& folder, std::string_view token,
                                    Instant now) {
  if (token.size() != kTokenChars) return std::nullopt;
  const std::string path = path_of(folder, token);
  const auto bytes = io::read_private_file(path, kFileBytesMax);
  // Of two who come at once, the one that removes the file has used it.
  if (!bytes || ::unlink(path.c_str()) != 0) return std::nullopt;
  ByteReader in(*bytes);
  const std::string who = in.str8();
  const Instant until{in.i64()};
  if (!in.finish("link") || until <= now) return std::nullopt;
  return who;
}

}  // namespace safeconduct::dashboard
