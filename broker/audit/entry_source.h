// Where an auditor reads a log: a store, or an export. Nothing of it is believed.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "schemas/ledger/entry.h"
#include "schemas/ledger/tree.h"

namespace safeconduct::audit {

class EntrySource {
 public:
  virtual ~EntrySource() = default;

  // The newest signed checkpoint. Errors: kNotFound, kIo.
  [[nodiscard]] virtual Result<std::string> checkpoint() const = 0;

  // Shows each record with the place at which it lies, ascending, until `visit` returns false. What
  // lies at a place and cannot be made out is shown as the error that says so.
  using Visit = std::function<bool(std::uint64_t place, const Result<Bytes>& record)>;
  // Errors: kIo, kUnavailable: the source itself cannot be read.
  [[nodiscard]] virtual Status for_each(const Visit& visit) const = 0;

  // The hash that lies beside the entries for a complete subtree; nothing when none does.
  [[nodiscard]] virtual std::optional<Digest> node(const ledger::NodeId& node) const = 0;
};

// A folder: the broker's store or a copy of it, or an export. Errors: kNotFound (neither), and what
// opening says.
[[nodiscard]] Result<std::unique_ptr<EntrySource>> open_source(const std::string& path);

}  // namespace safeconduct::audit
