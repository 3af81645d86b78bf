#include "broker/dashboard/lockout.h"

#include <algorithm>

namespace safeconduct::dashboard {
namespace {

constexpr Duration kFirstWait = minutes(1);
constexpr Duration kLongestWait = hours(1);
constexpr unsigned kDoublingsMax = 6;

}  // namespace

Instant Lockout::locked_until(const std::string& key, Instant now) {
  const std::lock_guard lock(mutex_);
  const auto at = tries_.find(key);
  return at == tries_.end() || at->second.until <= now ? Instant{} : at->second.until;
}

void Lockout::failed(const std::string& key, Instant now, unsigned free_tries) {
  const std::lock_guard lock(mutex_);
  if (tries_.size() >= kKeysMax) {
    std::erase_if(tries_, [&](const auto& one) { return one.second.until <= now; });
    if (tries_.size() >= kKeysMax) tries_.erase(tries_.begin());
  }
  Tries& tries = tries_[key];
  if (now - tries.last > kForgetAfter) tries.failures = 0;
  tries.last = now;
  ++tries.failures;
  if (tries.failures < free_tries) return;
  const unsigned doublings = std::min(tries.failures - free_tries, kDoublingsMax);
  tries.until = now + std::min(Duration{kFirstWait.ms << doublings}, kLongestWait);
}

void Lockout::succeeded(const std::string& key) {
  const std::lock_guard lock(mutex_);
  tries_.erase(key);
}

}  // namespace safeconduct::dashboard
