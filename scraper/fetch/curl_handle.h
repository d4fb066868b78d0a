// SPDX-License-Identifier: MIT
#pragma once

#include <curl/curl.h>

#include <cerrno>
#include <memory>
#include <string>
#include <system_error>
#include <type_traits>
#include <vector>

#include "scraper/base/check.h"

namespace scraper {

struct EasyDeleter {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct MultiDeleter {
  void operator()(CURLM* handle) const noexcept { SCRAPER_CHECK(curl_multi_cleanup(handle) == CURLM_OK); }
};
struct ShareDeleter {
  void operator()(CURLSH* handle) const noexcept { SCRAPER_CHECK(curl_share_cleanup(handle) == CURLSHE_OK); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

/// Owners of libcurl's handles. A handle is used by one thread at a time; easy handles must have left their multi
/// before either is destroyed, and be gone before their share is.
using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;
using MultiHandle = std::unique_ptr<CURLM, MultiDeleter>;
using ShareHandle = std::unique_ptr<CURLSH, ShareDeleter>;
using StringList = std::unique_ptr<curl_slist, ListDeleter>;

/// curl_global_init, once a process. It is never undone: look-ups that were given up may still run in libcurl's
/// threads.
inline void init_curl() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  SCRAPER_CHECK(code == CURLE_OK);
}

/// Both throw std::system_error when the machine has no memory or no descriptors left for another handle.
inline EasyHandle make_easy() {
  init_curl();
  errno = 0;
  EasyHandle handle(curl_easy_init());
  if (handle == nullptr) throw std::system_error(errno != 0 ? errno : ENOMEM, std::generic_category());
  return handle;
}

inline MultiHandle make_multi() {
  init_curl();
  errno = 0;
  MultiHandle handle(curl_multi_init());
  if (handle == nullptr) throw std::system_error(errno != 0 ? errno : ENOMEM, std::generic_category());
  return handle;
}

/// A cache of TLS sessions for the easy handles of one thread: it has no lock.
inline ShareHandle make_session_share() {
  init_curl();
  ShareHandle handle(curl_share_init());
  if (handle == nullptr) throw std::system_error(ENOMEM, std::generic_category());
  SCRAPER_CHECK(curl_share_setopt(handle.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK);
  return handle;
}

/// Of a call that can only fail by our own mistake.
inline void check(CURLMcode code) { SCRAPER_CHECK(code == CURLM_OK); }

/// Sets an option that can only be refused by our own mistake (an unknown option, a libcurl built without it). C++ does
/// not check the varargs of curl_easy_setopt, so only the types that libcurl reads are let through.
template <typename T>
void set_option(CURL* handle, CURLoption option, T value) {
  static_assert(std::is_same_v<T, long> || std::is_same_v<T, curl_off_t> || std::is_pointer_v<T>);
  const CURLcode code = curl_easy_setopt(handle, option, value);
  SCRAPER_CHECK(code == CURLE_OK);
}

template <typename T>
void set_option(CURLM* handle, CURLMoption option, T value) {
  static_assert(std::is_same_v<T, long> || std::is_pointer_v<T>);
  check(curl_multi_setopt(handle, option, value));
}

/// A value that libcurl has measured; zero when it has none.
template <typename T>
T info(CURL* handle, CURLINFO what) {
  T value{};
  const CURLcode code = curl_easy_getinfo(handle, what, &value);
  SCRAPER_CHECK(code == CURLE_OK);
  return value;
}

inline void append(StringList& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list.get(), text.c_str());
  SCRAPER_CHECK(longer != nullptr);
  (void)list.release();
  list.reset(longer);
}

}  // namespace scraper
