#include "backtest/search.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace bw {
namespace {

/// Trials that were run and wait for those before them.
class trial_queue {
 public:
  trial_queue(std::size_t first, std::size_t end, std::size_t room)
      : taken_(first), given_(first), end_(end), room_(room) {}

  /// The next trial to run; waits while too many are ahead. Empty: nothing is left.
  std::optional<std::uint32_t> take(const std::atomic<bool>& stop) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return stop || taken_ == end_ || taken_ < given_ + room_; });
    if (stop || taken_ == end_) return std::nullopt;
    return static_cast<std::uint32_t>(taken_++);
  }
  void put(std::uint32_t id, result<search_trial> trial) {
    {
      const std::lock_guard lock{mutex_};
      ready_.emplace(id, std::move(trial));
    }
    changed_.notify_all();
  }
  /// The trial whose turn it is.
  result<search_trial> next(std::atomic<bool>& stop) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock,
                  [&] { return stop || ready_.contains(static_cast<std::uint32_t>(given_)); });
    if (stop) return {ec::cancelled, "stopped before trial " + std::to_string(given_)};
    const auto at = ready_.find(static_cast<std::uint32_t>(given_));
    auto out = std::move(at->second);
    ready_.erase(at);
    ++given_;
    lock.unlock();
    changed_.notify_all();
    return out;
  }
  void wake() {
    { const std::lock_guard lock{mutex_}; }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::uint32_t, result<search_trial>> ready_;
  std::size_t taken_;
  std::size_t given_;
  std::size_t end_;
  std::size_t room_;
};

}  // namespace

result<search_trial> run_trial(const search_setup& setup, std::uint32_t id,
                               const std::atomic<bool>& stop) {
  auto run = setup.make();
  if (!run) return std::move(run).failure();
  if (id > 0) run->config = with_point(std::move(run->config), setup.axes, setup.points[id - 1]);
  run->progress = [&stop](const backtest_progress&) { return !stop.load(); };
  run->benchmark = benchmark_choice::off;
  const auto calendar = run->calendar;
  auto answer = backtest_run(std::move(*run), *setup.known);
  if (!answer) return std::move(answer).failure().within("trial " + std::to_string(id));
  return search_trial{id, answer->outcome.trace, sessions_of(answer->result, calendar)};
}

result<void> run_search(const search_setup& setup, std::size_t first, std::atomic<bool>& stop,
                        const std::function<result<void>(search_trial)>& keep) {
  const auto end = setup.trials();
  if (first >= end) return {};
  const auto threads = std::max<std::size_t>(setup.threads, 1);
  trial_queue queue{first, end, threads * ahead_most};
  std::vector<std::thread> workers;
  for (std::size_t k = 0; k < std::min(threads, end - first); ++k)
    workers.emplace_back([&] {
      while (const auto id = queue.take(stop)) {
        queue.put(*id, run_trial(setup, *id, stop));
        // Whoever asked for the stop did not hold the queue's lock: everybody looks again.
        if (stop) queue.wake();
      }
    });
  result<void> done;
  for (auto id = first; id < end && done; ++id) {
    auto trial = queue.next(stop);
    if (!trial)
      done = std::move(trial).failure();
    else
      done = keep(std::move(*trial));
  }
  if (!done) stop = true;
  queue.wake();
  for (auto& each : workers) each.join();
  return done;
}

}  // namespace bw
