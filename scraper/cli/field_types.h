// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <utility>

#include "scraper/parse/rule_spec.h"

namespace scraper {

/// The types of fields, by the names that people write.
inline constexpr std::array<std::pair<const char*, FieldType>, 8> kFieldTypes{{{"text", FieldType::text},
                                                                               {"integer", FieldType::integer},
                                                                               {"real", FieldType::real},
                                                                               {"boolean", FieldType::boolean},
                                                                               {"url", FieldType::url},
                                                                               {"date", FieldType::date},
                                                                               {"json", FieldType::json},
                                                                               {"html", FieldType::html}}};

}  // namespace scraper
