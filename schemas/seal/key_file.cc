#include "schemas/seal/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>

namespace safeconduct::seal {
namespace {

constexpr std::string_view kFirstLine = "safeconduct private key 1";
constexpr std::size_t kFileBytesMax = 1024;  // four short lines

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] bool open() const { return descriptor_ >= 0; }

 private:
  int descriptor_;
};

std::string quoted(const std::string& path) {
  return "`" + path + "`";
}

Error failed(std::string_view what, const std::string& path) {
  return io_error("cannot " + std::string(what) + " key file " + quoted(path) + ": " +
                  std::strerror(errno));
}

bool write_all(int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

Status sync_folder_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  const File file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!file.open() || ::fsync(file.descriptor()) != 0) return failed("sync the folder of", path);
  return {};
}

Status write_text(const std::string& path, const SecretBytes& text) {
  const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.open()) {
    if (errno != EEXIST) return failed("create", path);
    return Error{ErrorCode::kConflict, "key file " + quoted(path) +
                                           " exists already; move it away or choose another path"};
  }
  if (::fchmod(file.descriptor(), 0600) != 0 || !write_all(file.descriptor(), text.expose()) ||
      ::fsync(file.descriptor()) != 0) {
    const Error error = failed("write", path);
    ::unlink(path.c_str());  // a half-written key is no key
    return error;
  }
  return sync_folder_of(path);
}

// Base64 of a secret leaves one copy in the text, which SecretBytes wipes, and none elsewhere.
void append(SecretBytes& text, std::string_view words) {
  Bytes& out = text.expose_mutable();
  out.insert(out.end(), words.begin(), words.end());
}

Status write_key(const std::string& path, KeyKind kind, const ByteArray<32>* public_key,
                 const SecretKey<32>& secret) {
  SecretBytes text;
  text.expose_mutable().reserve(kFileBytesMax);  // no growing, hence no copies left behind
  append(text, std::string(kFirstLine) + "\nkind " + std::string(name(kind)) + "\n");
  if (public_key != nullptr) append(text, "public " + to_base64(*public_key) + "\n");
  std::string encoded = to_base64(secret.expose());
  append(text, "secret ");
  append(text, encoded);
  append(text, "\n");
  wipe(encoded.data(), encoded.size());
  return write_text(path, text);
}

Error forbidden(std::string message) {
  return {ErrorCode::kForbidden, std::move(message)};
}

Status check_private(int descriptor, const std::string& path) {
  struct stat about {};
  if (::fstat(descriptor, &about) != 0) return failed("inspect", path);
  if (!S_ISREG(about.st_mode)) return forbidden("key file " + quoted(path) + " is no regular file");
  if (about.st_uid != ::geteuid() && ::geteuid() != 0) {
    return forbidden("key file " + quoted(path) +
                     " belongs to another user; run `chown` so that this program's user owns it");
  }
  if ((about.st_mode & 077) != 0) {
    return forbidden("key file " + quoted(path) + " can be read by others; run `chmod 600 " + path +
                     "` and consider the key known");
  }
  if (about.st_size > static_cast<off_t>(kFileBytesMax)) {
    return corrupt("key file " + quoted(path) + " is too large to be one");
  }
  return {};
}

Result<SecretBytes> read_text(const std::string& path) {
  // O_NONBLOCK: a pipe at this path must not hold the program.
  const File file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.open()) {
    if (errno == ENOENT) return not_found("no key file at " + quoted(path));
    if (errno != ELOOP) return failed("open", path);
    return forbidden("key file " + quoted(path) + " is a symbolic link; name the file itself");
  }
  TRY_OK(check_private(file.descriptor(), path));
  SecretBytes text{Bytes(kFileBytesMax)};
  std::size_t size = 0;
  while (size < kFileBytesMax) {
    const ssize_t got =
        ::read(file.descriptor(), text.expose_mutable().data() + size, kFileBytesMax - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  text.expose_mutable().resize(size);
  return text;
}

// Takes `word value\n` off the front.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view word) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = text.substr(0, end);
  if (!line.starts_with(word)) return std::nullopt;
  text.remove_prefix(end + 1);
  return line.substr(word.size());
}

std::optional<ByteArray<32>> decode_key(std::optional<std::string_view> encoded) {
  if (!encoded) return std::nullopt;
  auto bytes = from_base64(*encoded);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  ByteArray<32> key;
  std::memcpy(key.data(), bytes->data(), key.size());
  wipe(bytes->data(), bytes->size());
  return key;
}

struct StoredKey {
  std::optional<ByteArray<32>> public_key;
  SecretKey<32> secret;
};

Error broken(const std::string& path) {
  return corrupt("key file " + quoted(path) + " is not as it was written; restore it from a copy");
}

Result<StoredKey> read_key(const std::string& path, KeyKind wanted) {
  TRY(file, read_text(path));
  std::string_view text = text_of(file.expose());
  const auto first = take_line(text, kFirstLine);
  const auto word = take_line(text, "kind ");
  if (!first || !first->empty() || !word || !key_kind_named(*word)) return broken(path);
  if (*word != name(wanted)) {
    return invalid("key file " + quoted(path) + " holds a " + std::string(*word) + " key; a " +
                   std::string(name(wanted)) + " key is needed here");
  }
  StoredKey key;
  if (wanted != KeyKind::kRest) {
    key.public_key = decode_key(take_line(text, "public "));
    if (!key.public_key) return broken(path);
  }
  auto secret = decode_key(take_line(text, "secret "));
  if (!secret || !text.empty()) return broken(path);
  key.secret = SecretKey<32>(*secret);
  wipe(secret->data(), secret->size());
  return key;
}

}  // namespace

Status write_key_file(const std::string& path, const SigningKey& key) {
  return write_key(path, KeyKind::kSigning, &key.verify_key().bytes, key.seed());
}

Status write_key_file(const std::string& path, const TransportKey& key) {
  return write_key(path, KeyKind::kTransport, &key.public_key().bytes, key.secret());
}

Status write_key_file(const std::string& path, const SealingKey& key) {
  return write_key(path, KeyKind::kSealing, &key.public_key().bytes, key.secret());
}

Status write_key_file(const std::string& path, const RestKey& key) {
  return write_key(path, KeyKind::kRest, nullptr, key.secret);
}

Result<SigningKey> read_signing_key(const std::string& path) {
  TRY(stored, read_key(path, KeyKind::kSigning));
  SigningKey key = SigningKey::from_seed(stored.secret);
  if (key.verify_key().bytes != stored.public_key) return broken(path);
  return key;
}

Result<TransportKey> read_transport_key(const std::string& path) {
  TRY(stored, read_key(path, KeyKind::kTransport));
  TransportKey key = TransportKey::from_secret(std::move(stored.secret));
  if (key.public_key().bytes != stored.public_key) return broken(path);
  return key;
}

Result<SealingKey> read_sealing_key(const std::string& path) {
  TRY(stored, read_key(path, KeyKind::kSealing));
  SealingKey key = SealingKey::from_secret(std::move(stored.secret));
  if (key.public_key().bytes != stored.public_key) return broken(path);
  return key;
}

Result<RestKey> read_rest_key(const std::string& path) {
  TRY(stored, read_key(path, KeyKind::kRest));
  return RestKey{std::move(stored.secret)};
}

}  // namespace safeconduct::seal
