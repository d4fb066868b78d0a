// SPDX-License-Identifier: MIT
#include "scraper/parse/json_path.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

namespace scraper {
namespace {

using nlohmann::json;

/// `~1` is a slash, `~0` a tilde (RFC 6901, 3); nullopt: something else follows a tilde.
std::optional<std::string> unescape(std::string_view step) {
  std::string out;
  for (size_t i = 0; i < step.size(); ++i) {
    if (step[i] != '~') {
      out += step[i];
    } else if (i + 1 < step.size() && (step[i + 1] == '0' || step[i + 1] == '1')) {
      out += step[++i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return out;
}

/// An index of an array: digits without a leading zero (RFC 6901, 4).
std::optional<size_t> index_of(const std::string& step) {
  size_t index = 0;
  const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
  const bool whole = error == std::errc() && end == step.data() + step.size() && !step.empty();
  return whole && (step == "0" || step[0] != '0') ? std::optional(index) : std::nullopt;
}

const json* step_into(const json& value, const std::string& step) {
  if (value.is_object()) {
    const auto found = value.find(step);
    return found == value.end() ? nullptr : &*found;
  }
  if (!value.is_array()) return nullptr;
  const auto index = index_of(step);
  return index && *index < value.size() ? &value[*index] : nullptr;
}

std::string_view last_part(std::string_view type) { return type.substr(type.find_last_of("/#:") + 1); }

}  // namespace

tl::expected<JsonPath, std::string> JsonPath::compile(std::string_view text) {
  JsonPath path;
  const size_t slash = std::min(text.find('/'), text.size());
  path.type_ = text.substr(0, slash);
  for (size_t at = slash; at < text.size();) {
    const size_t end = std::min(text.find('/', at + 1), text.size());
    auto step = unescape(text.substr(at + 1, end - at - 1));
    if (!step) return tl::unexpected(std::string("after ~ stands 0 (for ~ itself) or 1 (for /)"));
    path.steps_.push_back(std::move(*step));
    at = end;
  }
  return path;
}

const json* JsonPath::find(const json& value) const {
  const json* at = &value;
  for (const std::string& step : steps_) {
    at = step_into(*at, step);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::vector<const json*> JsonPath::find_all(const json& value, size_t most) const {
  std::vector<const json*> here{&value};
  for (const std::string& step : steps_) {
    std::vector<const json*> next;
    const auto add = [&](const json* found) {
      if (found != nullptr && next.size() < most) next.push_back(found);
    };
    for (const json* at : here) {
      if (at->is_array() && !index_of(step)) {
        for (const json& element : *at) add(step_into(element, step));
      } else {
        add(step_into(*at, step));
      }
    }
    here = std::move(next);
  }
  return here;
}

bool JsonPath::is_of_type(const json& object) const {
  if (type_.empty()) return true;
  if (!object.is_object()) return false;
  const auto found = object.find("@type");
  if (found == object.end()) return false;
  const auto fits = [this](const json& type) {
    return type.is_string() && last_part(type.get_ref<const std::string&>()) == last_part(type_);
  };
  return found->is_array() ? std::any_of(found->begin(), found->end(), fits) : fits(*found);
}

}  // namespace scraper
