// What agencies said of their software when they came (Hello), for observers. In memory only: who
// comes again says it again. Bounded by the directory: only agencies of the network come.
#pragma once

#include <map>

#include "schemas/wire/messages.h"

namespace safeconduct::broker {

class Introductions {
 public:
  void note(const AgencyId& agency, std::string software);
  // How often something new was said.
  [[nodiscard]] std::uint64_t count() const { return count_; }
  // What is newer than `mark` (0: everything), oldest first, at most a page's worth; moves `mark`
  // on to what was given.
  [[nodiscard]] std::vector<wire::Told> since(std::uint64_t& mark) const;

 private:
  struct Said {
    std::string software;
    std::uint64_t mark = 0;
  };
  std::map<AgencyId, Said> said_;
  std::uint64_t count_ = 0;
};

}  // namespace safeconduct::broker
