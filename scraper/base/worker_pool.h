// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "scraper/base/bounded_queue.h"
#include "scraper/base/thread_name.h"

namespace scraper {

/// A fixed number of threads, named parse-1 and so on after `name`, that take jobs from one bounded queue, each with
/// working state of its own. push() and close() from any thread. The destructor lets the queued jobs be done, then
/// joins. Throws std::system_error when the machine gives it too few threads.
template <typename Job>
class WorkerPool {
 public:
  using Work = std::function<void(Job)>;

  /// `make_work` is called once on each thread; what it captures belongs to that thread. Work must not throw.
  WorkerPool(const std::string& name, size_t threads, size_t queue_capacity, std::function<Work()> make_work)
      : queue_(queue_capacity), make_work_(std::move(make_work)) {
    threads_.reserve(threads);
    try {
      for (size_t i = 1; i <= threads; ++i) {
        threads_.emplace_back([this, full_name = name + '-' + std::to_string(i)] {
          name_thread(full_name);
          run();
        });
      }
    } catch (...) {
      queue_.close();  // those that run are joined as threads_ goes, and would wait for a job for ever
      throw;
    }
  }
  ~WorkerPool() { queue_.close(); }
  WorkerPool(const WorkerPool&) = delete;  // its threads hold its address
  WorkerPool& operator=(const WorkerPool&) = delete;

  void push(Job job) { queue_.push(std::move(job)); }

 private:
  void run() {
    const Work work = make_work_();
    while (auto job = queue_.pop()) work(std::move(*job));
  }

  BoundedQueue<Job> queue_;
  std::function<Work()> make_work_;
  std::vector<std::jthread> threads_;  // last: they end before what they use
};

}  // namespace scraper
