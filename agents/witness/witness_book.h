// What a witness holds: its key, the logs that it watches, and the head of each that it cosigned
// last, durable before the cosignature is given away. Thread: one at a time.
//
//   witness.key     its signing key (seal/key_file.h)
//   name            the name that it cosigns under
//   logs            vkeys of the logs that it watches, one a line
//   heads/<log>     the checkpoint cosigned last; <log> = hex of SHA-256 of the log's origin
//   evidence/<log>-<size>-<n>.txt   two heads that a log signed and that do not fit each other
#pragma once

#include <map>
#include <optional>

#include "schemas/base/clock.h"
#include "schemas/ledger/add_checkpoint.h"

namespace safeconduct::witness {

struct WitnessReply {
  int status = 200;
  std::string content_type = "text/plain";
  std::string body;
};

class WitnessBook {
 public:
  // Makes the folder (which must not exist) with a new key; returns the witness's key. Errors:
  // kConflict, kInvalid (the name), kIo.
  [[nodiscard]] static Result<ledger::NoteKey> create(const std::string& folder,
                                                      const std::string& name,
                                                      const std::vector<ledger::NoteKey>& logs,
                                                      Random& random);
  // Errors: kNotFound, kInvalid, kForbidden, kIo; kUnauthentic (a head that is not its own).
  [[nodiscard]] static Result<WitnessBook> open(const std::string& folder);

  [[nodiscard]] const ledger::NoteKey& key() const { return key_; }
  // The log's head that was cosigned last; nothing when there is none.
  [[nodiscard]] std::optional<ledger::TreeHead> head(const std::string& origin) const;

  // POST add-checkpoint. A cosignature in the reply is backed by a head on the disk; when it cannot
  // be written the reply is 500 and nothing was cosigned.
  [[nodiscard]] WitnessReply add(std::string_view body, Instant now);
  // GET <log>/checkpoint.
  [[nodiscard]] WitnessReply checkpoint(std::string_view log) const;
  [[nodiscard]] std::size_t evidence() const { return evidence_; }  // files written since open

 private:
  struct Log {
    ledger::NoteKey key;
    ledger::TreeHead head;
    std::string note;  // cosigned; empty: none yet
  };
  WitnessBook(std::string folder, ledger::NoteKey key, seal::SigningKey signing)
      : folder_(std::move(folder)), key_(std::move(key)), signing_(std::move(signing)) {}
  [[nodiscard]] Status load(const ledger::NoteKey& log);
  [[nodiscard]] WitnessReply cosign(Log& log, const ledger::WitnessJudgement& judged, Instant now);
  void keep_evidence(const Log& log, const ledger::WitnessJudgement& judged);

  std::string folder_;
  ledger::NoteKey key_;
  seal::SigningKey signing_;
  std::map<std::string, Log> logs_;  // by origin
  std::size_t evidence_ = 0;
};

using ledger::log_page;  // how a log's files and pages are called

}  // namespace safeconduct::witness
