// SPDX-License-Identifier: MIT
#include "scraper/cli/drift.h"

#include <fmt/format.h>

#include <algorithm>

#include "scraper/cli/commands.h"
#include "storage/open_store.h"

namespace scraper {

std::vector<std::string> drifts(const Settings& settings) {
  std::vector<std::string> lines;
  if (!settings.fail_on_drift || settings.rules == nullptr) return lines;
  const storage::Value parameters[] = {*settings.fail_on_drift};
  const auto rows =
      storage::open_reader(settings.database)
          ->select_all(
              "SELECT table_name, field, lost_pct FROM rule_health WHERE run_id = (SELECT max(id) FROM runs)"
              " AND lost_pct > ? ORDER BY lost_pct DESC, table_name, field",
              parameters);
  for (const storage::Row& row : rows) {
    lines.push_back(fmt::format("{}.{} lost {:.0f} % of what used to be filled", std::get<std::string>(row[0]),
                                std::get<std::string>(row[1]), std::get<double>(row[2])));
  }
  return lines;
}

void complain_of(const std::vector<std::string>& drifts) {
  constexpr size_t kShown = 4;
  for (size_t i = 0; i < std::min(kShown, drifts.size()); ++i) complain(drifts[i]);
  if (drifts.size() > kShown) complain(fmt::format("... and {} more fields", drifts.size() - kShown));
  if (!drifts.empty()) complain("has the site changed its markup? see the view rule_health");
}

}  // namespace scraper
