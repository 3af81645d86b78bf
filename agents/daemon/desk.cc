#include "agents/daemon/desk.h"

#include <algorithm>

namespace safeconduct::agent {
namespace {

constexpr std::size_t kProblemsMax = 16;

}  // namespace

Ceiling ceiling_of_policy() {
  return [](const policies::CompiledPolicy& policy, const policies::Case& subject) {
    return policies::decide(policy, subject).levels;
  };
}

void Problems::add(std::string sentence) {
  if (std::find(sentences_.begin(), sentences_.end(), sentence) == sentences_.end()) {
    new_.push_back(sentence);
  }
  remove(sentence);
  sentences_.push_back(std::move(sentence));
  if (new_.size() > kProblemsMax) new_.erase(new_.begin());
  if (sentences_.size() > kProblemsMax) sentences_.pop_front();
}

void Problems::remove(std::string_view sentence) {
  std::erase(sentences_, sentence);
}

}  // namespace safeconduct::agent
