// Where an auditor reads a log: a store, or an export. Nothing of it is believed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "schemas/ledger/entry.h"
#include "schemas/ledger/tree.h"

namespace safeconduct::audit {

class EntrySource {
 public:
  virtual ~EntrySource() = default;

  // The newest signed checkpoint. Errors: kNotFound, kIo.
  [[nodiscard]] virtual Result<std::string> checkpoint() const = 0;

  // Further heads that this log is known to have signed: the one published last, the one that
  // witnesses cosigned. Each must be a prefix of the entries.
  struct KnownHead {
    std::string where;  // in words: `published`
    std::string note;
  };
  [[nodiscard]] virtual std::vector<KnownHead> known_heads() const { return {}; }

  // Shows each record with the place at which it lies, ascending, until `visit` returns false. What
  // lies at a place and cannot be made out is shown as the error that says so.
  using Visit = std::function<bool(std::uint64_t place, const Result<Bytes>& record)>;
  // Errors: kIo, kUnavailable: the source itself cannot be read.
  [[nodiscard]] virtual Status for_each(const Visit& visit) const = 0;

  // One record. Errors: kNotFound, and what reading it says.
  [[nodiscard]] virtual Result<Bytes> record(std::uint64_t place) const;

  // The hash that lies beside the entries for a complete subtree; nothing when none does.
  [[nodiscard]] virtual std::optional<Digest> node(const ledger::NodeId& node) const = 0;
};

// A folder: the broker's store or a copy of it, or an export. Errors: kNotFound (neither), and what
// opening says.
[[nodiscard]] Result<std::unique_ptr<EntrySource>> open_source(const std::string& path);

}  // namespace safeconduct::audit
