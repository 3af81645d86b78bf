#include "schemas/seal/key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/seal/seeded_random.h"
#include "tests/seal/vectors.h"

using namespace safeconduct;
using namespace safeconduct::seal;

namespace {

class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "safeconduct-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  ::chmod(path.c_str(), 0600);
}

bool says(const Error& error, const std::string& words) {
  return error.message.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("A key file gives back the key of its kind") {
  TempFolder folder;
  SeededRandom random(3);
  const SigningKey signing = SigningKey::generate(random);
  const TransportKey transport = TransportKey::generate(random);
  const SealingKey sealing = SealingKey::generate(random);
  const RestKey rest = RestKey::generate(random);
  REQUIRE(write_key_file(folder.file("signing"), signing).has_value());
  REQUIRE(write_key_file(folder.file("transport"), transport).has_value());
  REQUIRE(write_key_file(folder.file("sealing"), sealing).has_value());
  REQUIRE(write_key_file(folder.file("rest"), rest).has_value());
  CHECK(read_signing_key(folder.file("signing"))->verify_key() == signing.verify_key());
  CHECK(read_transport_key(folder.file("transport"))->public_key() == transport.public_key());
  CHECK(read_sealing_key(folder.file("sealing"))->public_key() == sealing.public_key());
  CHECK(equal(read_rest_key(folder.file("rest"))->secret.expose(), rest.secret.expose()));
}

TEST_CASE("A key file is its owner's alone, whatever the umask") {
  TempFolder folder;
  SeededRandom random(4);
  const mode_t before = ::umask(0);
  REQUIRE(write_key_file(folder.file("k"), SigningKey::generate(random)).has_value());
  ::umask(before);
  struct stat about {};
  REQUIRE(::stat(folder.file("k").c_str(), &about) == 0);
  CHECK((about.st_mode & 07777) == 0600);
}

TEST_CASE("A key file is never overwritten") {
  TempFolder folder;
  SeededRandom random(5);
  REQUIRE(write_key_file(folder.file("k"), SigningKey::generate(random)).has_value());
  const std::string before = read_file(folder.file("k"));
  const auto again = write_key_file(folder.file("k"), SigningKey::generate(random));
  CHECK(again.error().code == ErrorCode::kConflict);
  CHECK(read_file(folder.file("k")) == before);
}

TEST_CASE("A key file that others can read is refused and says what to do") {
  TempFolder folder;
  SeededRandom random(6);
  const std::string path = folder.file("k");
  REQUIRE(write_key_file(path, SigningKey::generate(random)).has_value());
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0610, 0601}) {
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    const auto read = read_signing_key(path);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == ErrorCode::kForbidden);
    CHECK(says(read.error(), "run `chmod 600 " + path + "`"));
  }
  REQUIRE(::chmod(path.c_str(), 0400) == 0);
  CHECK(read_signing_key(path).has_value());
}

TEST_CASE("Links, folders, pipes and missing files are no key files") {
  TempFolder folder;
  SeededRandom random(7);
  REQUIRE(write_key_file(folder.file("k"), SigningKey::generate(random)).has_value());
  std::filesystem::create_symlink(folder.file("k"), folder.file("link"));
  CHECK(says(read_signing_key(folder.file("link")).error(), "symbolic link"));
  REQUIRE(::mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  CHECK(says(read_signing_key(folder.file("pipe")).error(), "no regular file"));
  CHECK(says(read_signing_key(folder.file("")).error(), "no regular file"));
  CHECK(read_signing_key(folder.file("none")).error().code == ErrorCode::kNotFound);
  std::filesystem::create_symlink(folder.file("elsewhere"), folder.file("trap"));
  CHECK_FALSE(write_key_file(folder.file("trap"), RestKey::generate(random)).has_value());
  CHECK_FALSE(std::filesystem::exists(folder.file("elsewhere")));
}

TEST_CASE("A key of another kind is refused by name") {
  TempFolder folder;
  SeededRandom random(8);
  REQUIRE(write_key_file(folder.file("k"), SealingKey::generate(random)).has_value());
  const auto read = read_signing_key(folder.file("k"));
  CHECK(read.error().code == ErrorCode::kInvalid);
  CHECK(says(read.error(), "holds a sealing key; a signing key is needed here"));
  CHECK_FALSE(read_transport_key(folder.file("k")).has_value());
  CHECK_FALSE(read_rest_key(folder.file("k")).has_value());
}

TEST_CASE("A damaged key file is refused, wherever the damage is") {
  TempFolder folder;
  SeededRandom random(9);
  REQUIRE(write_key_file(folder.file("k"), SealingKey::generate(random)).has_value());
  const std::string good = read_file(folder.file("k"));
  const std::string path = folder.file("damaged");
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    write_file(path, bad);
    // X25519 clamps some bits of a secret; every other damage shows.
    if (const auto read = read_sealing_key(path)) {
      CHECK(to_hex(read->public_key().bytes) ==
            to_hex(read_sealing_key(folder.file("k"))->public_key().bytes));
    }
    write_file(path, good.substr(0, at));
    CHECK(read_sealing_key(path).error().code == ErrorCode::kCorrupt);
  }
  write_file(path, good + "\n");
  CHECK_FALSE(read_sealing_key(path).has_value());
  write_file(path, good + std::string(2000, 'x'));
  CHECK(says(read_sealing_key(path).error(), "too large"));
}
