// Open Referral HSDS 3 into what this network's directory of services holds: codes. Pure.
//
// What HSDS tells in free text (who may come, how to get there) has no code in it; the code words
// stand as `attributes` of a service whose taxonomy is `safeconduct`, or in a file beside it:
//
//   purpose:safe_accommodation   what a referral to it is for; exactly one
//   gives:bed                    what it gives: words of cat.needs
//   for:women  for:men  for:others  for:children
//   accessibility:wheelchair     words of cat.needs
//   district:north               the area, coarse; never an address
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/result.h"
#include "schemas/wire/service_records.h"

namespace safeconduct::services {

inline constexpr std::size_t kHsdsBytesMax = 1024 * 1024;

// What was not taken over, by element path and count, never by value.
struct Dropped {
  std::string path;  // `services[].phones`
  std::string why;
  std::size_t count = 0;
  friend bool operator==(const Dropped&, const Dropped&) = default;
};

struct Import {
  std::vector<wire::ServiceOffer> offers;
  std::vector<Dropped> dropped;  // ascending by path
};

// `text`: an organization with its services, one service, or a page of either (`contents`).
// `codes`: empty, or {"<id of a service>": ["purpose:…", …], "*": […for all]}. Errors: kInvalid
// with the path: no JSON, another form, a value of the wrong type or range, no purpose, an unknown
// code, more than 32 services.
[[nodiscard]] Result<Import> read_hsds(std::string_view text, std::string_view codes);

}  // namespace safeconduct::services
