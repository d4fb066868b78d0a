// SPDX-License-Identifier: MIT
#include "scraper/parse/xpath_budget.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <pugixml.hpp>

#include "scraper/base/check.h"

namespace scraper {
namespace {

/// Allocations between two looks at the clock; most are of four kilobytes.
constexpr size_t kCallsBetweenLooks = 16;

thread_local XPathBudget* active_budget = nullptr;

void* allocate_watched(size_t bytes) {
  return active_budget != nullptr ? active_budget->allocate(bytes) : std::malloc(bytes);
}

void deallocate_watched(void* pointer) {
  if (active_budget != nullptr)
    active_budget->deallocate(pointer);
  else
    std::free(pointer);
}

/// Before main, where there is one thread; what was allocated before may be freed after, and the other way round.
[[maybe_unused]] const bool kInstalled = [] {
  pugi::set_memory_management_functions(allocate_watched, deallocate_watched);
  return true;
}();

}  // namespace

XPathBudget::XPathBudget(const Watchdog& watchdog, size_t bytes_max) : watchdog_(watchdog), bytes_max_(bytes_max) {
  SCRAPER_CHECK(active_budget == nullptr);
  active_budget = this;
}

XPathBudget::~XPathBudget() { active_budget = nullptr; }

void* XPathBudget::allocate(size_t bytes) {
  if (bytes > bytes_max_ - bytes_) throw XPathInterrupted{Overrun::memory};
  if (++calls_ % kCallsBetweenLooks == 0) {
    if (const Overrun why = watchdog_.look(); why != Overrun::none) throw XPathInterrupted{why};
  }
  void* pointer = std::malloc(bytes);
  if (pointer != nullptr) bytes_ = std::min(bytes_max_, bytes_ + malloc_usable_size(pointer));
  return pointer;
}

void XPathBudget::deallocate(void* pointer) {
  bytes_ -= std::min(bytes_, malloc_usable_size(pointer));
  std::free(pointer);
}

}  // namespace scraper
