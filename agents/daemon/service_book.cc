#include "agents/daemon/service_book.h"

#include "agents/daemon/place.h"
#include "schemas/seal/sign.h"
#include "schemas/wire/parts.h"

namespace safeconduct::agent {
namespace {

const Bytes kDraft = place::named("services draft");

// The record, when its agency is in the directory and signed it.
Result<wire::RecordedRecord> signed_record(const Book& book, ByteView part) {
  TRY(recorded, wire::decode_recorded(part));
  const wire::DirectoryAgency* owner = book.agency(recorded.agency);
  const Bytes said = wire::signed_bytes(wire::kRecordSignatureLabel, recorded.record.body);
  if (owner == nullptr ||
      !seal::verify(seal::VerifyKey{owner->signing_key}, said, recorded.record.signature)) {
    return unauthentic("what is told of the services of `" + recorded.agency.text() +
                       "` is not signed by it");
  }
  return recorded;
}

services::Room room_of(wire::Openness openness) {
  switch (openness) {
    case wire::Openness::kOpen:
      return services::Room::kOpen;
    case wire::Openness::kWaitlist:
      return services::Room::kWaitlist;
    case wire::Openness::kFull:
      return services::Room::kFull;
    case wire::Openness::kClosed:
      return services::Room::kClosed;
  }
  return services::Room::kUnknown;
}

bool in_standing(const wire::DirectoryAgency& agency, Instant at) {
  return agency.standing == wire::Standing::kActive && agency.agreement.covers(at) &&
         agency.training.covers(at);
}

Result<wire::CapacityRecord> capacity_in(ByteView body) {
  TRY(record, wire::decode_referral_record(wire::RecordKind::kCapacity, body));
  return std::get<wire::CapacityRecord>(std::move(record));
}

}  // namespace

Result<ServiceBook> ServiceBook::load(const Store& store) {
  ServiceBook out;
  TRY_OK(store.each(place::all('V'), {}, SIZE_MAX, [&](ByteView, ByteView value) -> Status {
    TRY(profile, wire::decode_service_profile(value));
    out.profiles_.emplace(profile.by, std::move(profile));
    return {};
  }));
  TRY_OK(store.each(place::all('v'), {}, SIZE_MAX, [&](ByteView, ByteView value) -> Status {
    TRY(capacity, capacity_in(value));
    out.capacities_.emplace(capacity.by, std::move(capacity));
    return {};
  }));
  return out;
}

Status ServiceBook::take_entry(Change& change, const Book& book, const ledger::Entry& entry) {
  const auto& network = entry.part(ledger::PartKind::kNetwork);
  const bool profile = entry.leaf.kind == ledger::EntryKind::kServiceProfile;
  if (!network || (!profile && entry.leaf.kind != ledger::EntryKind::kCapacity)) return {};
  TRY(recorded, signed_record(book, network->bytes));
  const Bytes& body = recorded.record.body;
  if (profile) {
    TRY(told, wire::decode_service_profile(body));
    if (told.by != recorded.agency) return unauthentic("a service profile of another agency");
    change.put(place::service_profile(told.by), body);
    profiles_[told.by] = std::move(told);
    return {};
  }
  TRY(told, capacity_in(body));
  if (told.by != recorded.agency) return unauthentic("a capacity of another agency");
  change.put(place::capacity(told.by), body);
  capacities_[told.by] = std::move(told);
  return {};
}

std::vector<services::Listing> ServiceBook::listings(const Book& book, Instant at) const {
  std::vector<services::Listing> out;
  for (const auto& [id, told] : profiles_) {
    const wire::DirectoryAgency* agency = book.agency(id);
    if (agency == nullptr || !in_standing(*agency, at)) continue;
    services::Listing listing;
    listing.agency = id;
    for (const std::string& word : agency->roles) {
      if (const auto role = policies::role_named(word)) listing.roles.push_back(*role);
    }
    listing.offers = told.offers;
    if (const wire::CapacityRecord* now = capacity(id)) {
      listing.capacity_at = now->at;
      for (const wire::ServiceCapacity& one : now->services) {
        listing.capacity.push_back({one.purpose, one.district, room_of(one.openness), one.places});
      }
    }
    out.push_back(std::move(listing));
  }
  return out;
}

const wire::ServiceProfileRecord* ServiceBook::profile(const AgencyId& id) const {
  const auto found = profiles_.find(id);
  return found == profiles_.end() ? nullptr : &found->second;
}

const wire::CapacityRecord* ServiceBook::capacity(const AgencyId& id) const {
  const auto found = capacities_.find(id);
  return found == capacities_.end() ? nullptr : &found->second;
}

Status ServiceBook::exclude(Change& change, const wire::ExclusionRecord& record) {
  const Bytes key = place::excluded(record.consent);
  TRY(stored, change.get(key));
  ByteWriter out;
  if (stored) out.raw(*stored);
  for (const wire::Excluded& one : record.excluded) out.str8(one.agency.text());
  change.put(key, out.take());
  return {};
}

Result<std::vector<AgencyId>> ServiceBook::excluded(const Store& store, const ConsentId& consent) {
  std::vector<AgencyId> out;
  TRY(stored, store.get(place::excluded(consent)));
  if (!stored) return out;
  ByteReader in(*stored);
  while (in.remaining() > 0 && !in.failed()) {
    TRY(id, AgencyId::parse(in.str8()));
    out.push_back(id);
  }
  TRY_OK(in.finish("exclusions"));
  return out;
}

void ServiceBook::put_draft(Change& change, const std::vector<wire::ServiceOffer>& offers) {
  // In the form of an announcement; who and when are said when it is announced.
  wire::ServiceProfileRecord draft;
  draft.by = AgencyId::parse("draft").value();
  draft.offers = offers;
  change.put(kDraft, wire::encode(draft));
}

Result<std::optional<std::vector<wire::ServiceOffer>>> ServiceBook::draft(const Store& store) {
  TRY(stored, store.get(kDraft));
  if (!stored) return std::optional<std::vector<wire::ServiceOffer>>();
  TRY(draft, wire::decode_service_profile(*stored));
  return std::optional(std::move(draft.offers));
}

}  // namespace safeconduct::agent
