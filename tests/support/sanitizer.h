// SPDX-License-Identifier: MIT
#pragma once

// 1 where a sanitizer that takes much memory and time is in force; g++ and clang++ say so in different ways.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SCRAPER_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SCRAPER_SANITIZED 1
#endif
#endif
#ifndef SCRAPER_SANITIZED
#define SCRAPER_SANITIZED 0
#endif

// 1 where UBSan is along, which comes with ASan here: it needs a pipe of its own to look at an object.
#if defined(__SANITIZE_ADDRESS__)
#define SCRAPER_SANITIZER_NEEDS_DESCRIPTORS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SCRAPER_SANITIZER_NEEDS_DESCRIPTORS 1
#endif
#endif
#ifndef SCRAPER_SANITIZER_NEEDS_DESCRIPTORS
#define SCRAPER_SANITIZER_NEEDS_DESCRIPTORS 0
#endif
