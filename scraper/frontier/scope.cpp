// SPDX-License-Identifier: MIT
#include "scraper/frontier/scope.h"

#include <libpsl.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

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

/// nullptr: none.
const re2::RE2* first_match(const std::vector<std::unique_ptr<re2::RE2>>& expressions, const std::string& text) {
  for (const auto& expression : expressions) {
    if (re2::RE2::PartialMatch(text, *expression)) return expression.get();
  }
  return nullptr;
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
  if (!is_ever_asked()) return;
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

/// Where the span lets links lead.
bool Scope::is_inside(const Url& url) const {
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
  return inside;
}

bool Scope::admits(const Url& url) const {
  if (!is_ever_asked() || !is_inside(url) || rejects(url)) return false;
  return accept_.empty() || first_match(accept_, url.href()) != nullptr;
}

bool Scope::rejects(const Url& url) const { return first_match(reject_, url.href()) != nullptr; }

std::string Scope::explain(const Url& url) const {
  if (const re2::RE2* found = first_match(reject_, url.href()))
    return "rejected by --reject `" + found->pattern() + "`";
  constexpr std::array<const char*, 4> kSpans{"seeds: below none of the seeds' folders",
                                              "host: on none of the seeds' hosts",
                                              "domain: in none of the seeds' registrable domains", "any"};
  if (!is_inside(url)) return std::string("outside --span ") + kSpans.at(static_cast<size_t>(settings_.span));
  if (accept_.empty()) return "inside";
  if (const re2::RE2* found = first_match(accept_, url.href()))
    return "inside, accepted by --accept `" + found->pattern() + "`";
  return "found by none of the --accept expressions";
}

std::string registrable_domain(std::string_view host) {
  const std::string name(host);
  // An address has no domain above it; psl would take the last two numbers for one.
  if (name.empty() || name.front() == '[' || name.find_first_not_of("0123456789.") == std::string::npos) return name;
  const char* domain = psl_registrable_domain(psl_builtin(), name.c_str());
  return domain != nullptr ? domain : name;
}

}  // namespace scraper
