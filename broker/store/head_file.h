// The head that was published last, kept outside the database (DESIGN §7): a restored backup or an
// older copy of the database is then seen, and no second tree is ever signed over other entries.
//
// Order, which the store keeps: the batch is committed and synced; then this file is written and
// synced; only then does the checkpoint leave the broker. So the database may be ahead of the file
// by what a crash kept from being published, never behind it. Byte grammar: schemas/FORMATS.md,
// "The broker's store". Not part of a backup of the database.
#pragma once

#include <optional>

#include "schemas/io/file.h"
#include "schemas/ledger/tree.h"

namespace safeconduct::io {
class FaultyDisk;
}

namespace safeconduct::store {

struct PublishedHead {
  ledger::TreeHead head;
  std::string note;  // the checkpoint as signed; empty when it does not fit its page
  friend bool operator==(const PublishedHead&, const PublishedHead&) = default;
};

class HeadFile {
 public:
  // Creates the file when it is missing and `create` says so. Errors: kNotFound, kCorrupt (neither
  // page can be read), kUnsupported (a newer version), kIo.
  [[nodiscard]] static Result<HeadFile> open(const std::string& path, bool create,
                                             io::FaultyDisk* disk = nullptr);
  // As open, and changes nothing. For recovery and auditors.
  [[nodiscard]] static Result<std::optional<PublishedHead>> read(const std::string& path);

  // Nothing: no checkpoint was ever published.
  [[nodiscard]] const std::optional<PublishedHead>& last() const { return last_; }
  // Durable when this returns ok. After an error the file must be opened anew.
  [[nodiscard]] Status write(const ledger::TreeHead& head, std::string_view note);

 private:
  HeadFile(std::string path, io::FileDescriptor file, io::FaultyDisk* disk)
      : path_(std::move(path)), file_(std::move(file)), disk_(disk) {}
  [[nodiscard]] Status load();

  std::string path_;
  io::FileDescriptor file_;
  io::FaultyDisk* disk_;
  std::uint64_t writes_ = 0;  // of the newest page; the next goes to the other one
  std::optional<PublishedHead> last_;
};

}  // namespace safeconduct::store
