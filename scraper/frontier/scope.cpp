// SPDX-License-Identifier: MIT
#include "scraper/frontier/scope.h"

#include <libpsl.h>
#include <re2/re2.h>

#include <algorithm>

namespace scraper {
namespace {

tl::expected<std::vector<std::unique_ptr<re2::RE2>>, std::string> compile(const std::vector<std::string>& expressions) {
  std::vector<std::unique_ptr<re2::RE2>> out;
  for (const std::string& expression : expressions) {
    auto compiled = std::make_unique<re2::RE2>(expression, re2::RE2::Quiet);
    if (!compiled->ok()) return tl::unexpected("the expression `" + expression + "` is wrong: " + compiled->error());
    out.push_back(std::move(compiled));
  }
  return out;
}

bool any_matches(const std::vector<std::unique_ptr<re2::RE2>>& expressions, const std::string& text) {
  for (const auto& expression : expressions) {
    if (re2::RE2::PartialMatch(text, *expression)) return true;
  }
  return false;
}

/// `http://a/b/` of `http://a/b/c`.
std::string folder_of(const Url& url) {
  const std::string_view path = url.path();
  return std::string(url.origin()) + std::string(path.substr(0, path.rfind('/') + 1));
}

}  // namespace

Scope::Scope() = default;
Scope::Scope(Scope&&) noexcept = default;
Scope& Scope::operator=(Scope&&) noexcept = default;
Scope::~Scope() = default;

tl::expected<Scope, std::string> Scope::make(const ScopeSettings& settings) {
  Scope scope;
  scope.settings_ = settings;
  auto accept = compile(settings.accept);
  if (!accept) return tl::unexpected(accept.error());
  auto reject = compile(settings.reject);
  if (!reject) return tl::unexpected(reject.error());
  scope.accept_ = std::move(*accept);
  scope.reject_ = std::move(*reject);
  return scope;
}

void Scope::add_seed(const Url& seed) {
  if (settings_.depth == 0) return;  // no link is ever asked about
  switch (settings_.span) {
    case Span::seeds:
      place_bytes_max_ = std::max(place_bytes_max_, places_.insert(folder_of(seed)).first->size());
      break;
    case Span::host:
      places_.emplace(seed.host());
      break;
    case Span::domain:
      places_.insert(registrable_domain(seed.host()));
      break;
    case Span::any:
      break;
  }
}

bool Scope::admits(const Url& url) const {
  if (settings_.depth == 0) return false;
  bool inside = false;
  switch (settings_.span) {
    case Span::seeds: {
      // Every folder above the URL, from its own up to the root.
      std::string folder = folder_of(url);
      // A hostile URL has thousands of folders; none below the deepest seed's can be one.
      if (folder.size() > place_bytes_max_) folder.resize(folder.rfind('/', place_bytes_max_ - 1) + 1);
      const size_t root = url.origin().size() + 1;
      while (folder.size() >= root) {
        inside = places_.contains(folder);
        if (inside || folder.size() <= root) break;
        folder.resize(folder.rfind('/', folder.size() - 2) + 1);
      }
      break;
    }
    case Span::host:
      inside = places_.contains(std::string(url.host()));
      break;
    case Span::domain:
      inside = places_.contains(registrable_domain(url.host()));
      break;
    case Span::any:
      inside = true;
      break;
  }
  if (!inside || rejects(url)) return false;
  return accept_.empty() || any_matches(accept_, url.href());
}

bool Scope::rejects(const Url& url) const { return any_matches(reject_, url.href()); }

std::string registrable_domain(std::string_view host) {
  const std::string name(host);
  // An address has no domain above it; psl would take the last two numbers for one.
  if (name.empty() || name.front() == '[' || name.find_first_not_of("0123456789.") == std::string::npos) return name;
  const char* domain = psl_registrable_domain(psl_builtin(), name.c_str());
  return domain != nullptr ? domain : name;
}

}  // namespace scraper
