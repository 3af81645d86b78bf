// Reads a source in batches: while one batch is taken in order, the next one is read and looked at
// on all cores. `Examined` is what looking at one record gives, without regard to any other.
#pragma once

#include <algorithm>
#include <future>
#include <thread>

#include "broker/audit/entry_source.h"

namespace safeconduct::audit {

inline constexpr std::size_t kBatchRecords = 4096;

template <class Examined>
class Batches {
 public:
  using Examine = std::function<Examined(std::uint64_t place, const Result<Bytes>& record)>;
  // False ends the reading.
  using Take = std::function<bool(std::uint64_t place, Examined& examined)>;

  Batches(const EntrySource& source, Examine examine, Take take)
      : source_(source), examine_(std::move(examine)), take_(std::move(take)) {}

  Status run() {
    TRY_OK(source_.for_each([&](std::uint64_t place, const Result<Bytes>& record) {
      next_.emplace_back(place, record);
      return next_.size() < kBatchRecords || turn();
    }));
    if (!ended_) turn();
    if (!ended_) turn();  // what the last turn began
    return {};
  }

 private:
  using Record = std::pair<std::uint64_t, Result<Bytes>>;
  struct Batch {
    std::vector<Record> records;
    std::vector<std::optional<Examined>> examined;
    std::vector<std::future<void>> work;
  };

  // Begins with the batch that was read, takes the one before it.
  bool turn() {
    auto begun = std::make_unique<Batch>();
    begun->records = std::exchange(next_, {});
    begin(*begun);
    std::swap(begun, working_);
    if (begun) finish(*begun);
    if (ended_ && working_) wait(*working_);
    return !ended_;
  }
  void begin(Batch& batch) {
    batch.examined.resize(batch.records.size());
    const std::size_t hands = std::max(1u, std::thread::hardware_concurrency());
    const std::size_t each = (batch.records.size() + hands - 1) / hands;
    for (std::size_t from = 0; from < batch.records.size(); from += each) {
      const std::size_t to = std::min(batch.records.size(), from + each);
      batch.work.push_back(std::async(std::launch::async, [this, &batch, from, to] {
        for (std::size_t i = from; i < to; ++i) {
          batch.examined[i].emplace(examine_(batch.records[i].first, batch.records[i].second));
        }
      }));
    }
  }
  static void wait(Batch& batch) {
    for (auto& part : batch.work) part.get();
    batch.work.clear();
  }
  void finish(Batch& batch) {
    wait(batch);
    for (std::size_t i = 0; i < batch.records.size() && !ended_; ++i) {
      ended_ = !take_(batch.records[i].first, *batch.examined[i]);
    }
  }

  const EntrySource& source_;
  const Examine examine_;
  const Take take_;
  std::vector<Record> next_;
  std::unique_ptr<Batch> working_;
  bool ended_ = false;
};

}  // namespace safeconduct::audit
