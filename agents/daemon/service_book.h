// What every agency told of its services and its room now, as the feed proved it, signed by that
// agency; and what ours will tell next. Persisted with each change; thread: the agent's mutex.
#pragma once

#include <map>

#include "agents/daemon/book.h"
#include "agents/services/search.h"
#include "schemas/wire/referral_records.h"
#include "schemas/wire/service_records.h"

namespace safeconduct::agent {

class ServiceBook {
 public:
  // Errors: kIo, kCorrupt.
  [[nodiscard]] static Result<ServiceBook> load(const Store& store);

  // A proved entry; what is neither a profile nor a capacity is left alone. Errors: kUnauthentic
  // (of nobody in the directory, or not signed by it), kInvalid.
  [[nodiscard]] Status take_entry(Change& change, const Book& book, const ledger::Entry& entry);

  // Agencies in good standing at `at` that told of a service, by id.
  [[nodiscard]] std::vector<services::Listing> listings(const Book& book, Instant at) const;
  // Null when it told nothing.
  [[nodiscard]] const wire::ServiceProfileRecord* profile(const AgencyId& id) const;
  [[nodiscard]] const wire::CapacityRecord* capacity(const AgencyId& id) const;

  // Whom a person excluded beside what the consent says; told to the broker, remembered here, sent
  // to nobody else. An officer or unit stands for its whole agency.
  [[nodiscard]] static Status exclude(Change& change, const wire::ExclusionRecord& record);
  [[nodiscard]] static Result<std::vector<AgencyId>> excluded(const Store& store,
                                                              const ConsentId& consent);

  // What was imported here and not announced yet.
  void put_draft(Change& change, const std::vector<wire::ServiceOffer>& offers);
  // Nothing when nothing was imported.
  [[nodiscard]] static Result<std::optional<std::vector<wire::ServiceOffer>>> draft(
      const Store& store);

 private:
  std::map<AgencyId, wire::ServiceProfileRecord> profiles_;
  std::map<AgencyId, wire::CapacityRecord> capacities_;
};

}  // namespace safeconduct::agent
