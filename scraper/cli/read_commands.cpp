// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "scraper/base/quantity.h"
#include "scraper/cli/commands.h"
#include "scraper/cli/stored_body.h"
#include "scraper/cli/url_list.h"
#include "storage/open_store.h"
#include "storage/run_lock.h"

namespace scraper {
namespace {

size_t terminal_width(int fd) {
  winsize size{};
  if (isatty(fd) == 0 || ioctl(fd, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

void print_rows(storage::Reader& reader, const std::string& sql, TableFormat format) {
  const auto writer = make_table_writer(format, stdout, terminal_width(STDOUT_FILENO));
  reader.select(
      sql, {}, [&](const auto& columns) { writer->begin(columns); },
      [&](const storage::Row& row) {
        writer->row(row);
        return true;
      });
  writer->end();
}

constexpr const char* kRunSql =
    "SELECT run_id, outcome, fetcher, started_at, finished_at, seconds, tasks, todo, done, failed, skipped, pages, "
    "bytes,"
    " CASE WHEN seconds > 0 THEN round((done + failed) / seconds, 1) END AS per_second FROM run_summary ORDER BY "
    "run_id DESC LIMIT 1";
constexpr const char* kErrorsSql =
    "SELECT e.error_kind, e.urls, (SELECT u.url FROM urls u WHERE u.run_id = e.run_id AND u.state = 'failed'"
    " AND u.error_kind = e.error_kind LIMIT 1) AS for_example"
    " FROM run_errors e WHERE e.run_id = (SELECT max(id) FROM runs) AND e.urls > 0 ORDER BY e.urls DESC";
/// The hosts with most tasks. Of very many hosts only the large ones are looked at, by their index.
constexpr const char* kHostsSql =
    "SELECT origin, todo + done + failed + skipped AS urls, todo, done, failed, skipped, delay_ms, parked_until"
    " FROM hosts WHERE counted_run = (SELECT max(id) FROM runs) AND origin <> 'invalid:'{}"
    " ORDER BY todo + done + failed + skipped DESC LIMIT 10";
constexpr const char* kLargeAlone = " AND todo + done + failed + skipped >= 100";
constexpr int64_t kHostsScannedMax = 50'000;

std::string hosts_sql(storage::Reader& reader) {
  const auto last = reader.select_all("SELECT max(id) FROM hosts");
  const auto* id = std::get_if<int64_t>(&last[0][0]);
  return fmt::format(fmt::runtime(kHostsSql), id != nullptr && *id > kHostsScannedMax ? kLargeAlone : "");
}

nlohmann::ordered_json rows_as_json(storage::Reader& reader, const std::string& sql) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  std::vector<std::string> names;
  reader.select(
      sql, {}, [&](const auto& columns) { names = columns; },
      [&](const storage::Row& row) {
        nlohmann::ordered_json object;
        for (size_t c = 0; c < row.size(); ++c) {
          std::visit(
              [&](const auto& value) {
                using T = std::decay_t<decltype(value)>;
                if constexpr (std::is_same_v<T, storage::Blob>)
                  object[names[c]] = value.bytes;
                else
                  object[names[c]] = value;
              },
              row[c]);
        }
        rows.push_back(std::move(object));
        return true;
      });
  return rows;
}

std::string text_of(const storage::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* number = std::get_if<int64_t>(&value)) return fmt::format("{}", *number);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  return "-";
}

/// A run that died says `running` for ever.
std::string shown_outcome(const std::string& outcome, const std::string& database) {
  return outcome == "running" && !storage::is_run_in_progress(database) ? "cut off" : outcome;
}

void print_run(const storage::Row& run, const std::string& database) {
  const auto* bytes = std::get_if<int64_t>(&run[12]);
  fmt::print("run {} ({}): {}, started {}\n", text_of(run[0]), text_of(run[2]),
             shown_outcome(text_of(run[1]), database), text_of(run[3]));
  fmt::print("  {} tasks: {} done, {} failed, {} skipped, {} to do\n", text_of(run[6]), text_of(run[8]),
             text_of(run[9]), text_of(run[10]), text_of(run[7]));
  fmt::print("  {} s, {} tasks/s, {} received\n", text_of(run[5]), text_of(run[13]),
             describe_size(bytes != nullptr ? static_cast<uint64_t>(*bytes) : 0));
}

void write_all(const std::string& bytes) { std::fwrite(bytes.data(), 1, bytes.size(), stdout); }

}  // namespace

Exit status_command(const std::string& database, bool json) {
  const auto reader = storage::open_reader(database);
  const auto runs = reader->select_all(kRunSql);
  if (json) {
    nlohmann::ordered_json status;
    const auto run = rows_as_json(*reader, kRunSql);
    status["run"] = run.empty() ? nlohmann::ordered_json() : run[0];
    status["in_progress"] = storage::is_run_in_progress(database);
    status["errors"] = rows_as_json(*reader, kErrorsSql);
    status["hosts"] = rows_as_json(*reader, hosts_sql(*reader));
    fmt::print("{}\n", status.dump(2));
    return Exit::done;
  }
  if (runs.empty()) {
    fmt::print("no run yet\n");
    return Exit::done;
  }
  print_run(runs[0], database);
  if (std::get<int64_t>(runs[0][9]) > 0) {
    fmt::print("\n");
    print_rows(*reader, kErrorsSql, TableFormat::table);
  }
  fmt::print("\n");
  print_rows(*reader, hosts_sql(*reader), TableFormat::table);
  return Exit::done;
}

Exit query_command(const std::string& database, const std::string& sql, TableFormat format) {
  const auto reader = storage::open_reader(database);
  try {
    print_rows(*reader, sql, format);
  } catch (const storage::Error& error) {
    if (error.kind() != storage::Error::Kind::sql) throw;
    complain(error.what());
    return Exit::usage;
  }
  return Exit::done;
}

Exit body_command(const std::string& database, const std::string& url, bool headers) {
  const auto parsed = parse_listed_url(url);
  if (!parsed) {
    complain(fmt::format("`{}`: {}", url, parsed.error().message));
    return Exit::usage;
  }
  const auto reader = storage::open_reader(database);
  const auto id = reader->find_url(std::string(parsed->origin()), parsed->href());
  if (!id) {
    complain(fmt::format("{}: not in {}", parsed->href(), database));
    return Exit::usage;
  }
  const auto found = reader->select_all(
      "SELECT b.codec, b.size, b.data, h.data, a.status FROM urls u JOIN urls e ON e.id = coalesce(u.final_id, u.id)"
      " LEFT JOIN attempts a ON a.id = e.attempt_id"
      " LEFT JOIN pages p ON p.id = e.id"
      " LEFT JOIN bodies b ON b.hash = coalesce(a.body_hash, p.body_hash)"
      // The headers that came with that body, not those of a later attempt that had none.
      " LEFT JOIN headers h ON h.id = CASE WHEN a.body_hash IS NULL AND p.body_hash IS NOT NULL THEN p.headers_id"
      " ELSE a.headers_id END WHERE u.id = ?",
      std::vector<storage::Value>{*id});
  const storage::Row& row = found[0];
  if (headers) {
    if (const auto* text = std::get_if<std::string>(&row[3]))
      write_all(fmt::format("HTTP {}\n{}\n", text_of(row[4]), *text));
  }
  if (!std::holds_alternative<storage::Blob>(row[2])) {
    complain(fmt::format("{}: no body is stored for it", parsed->href()));
    return Exit::usage;
  }
  write_all(unpack_body(row[0], row[1], row[2]));
  return Exit::done;
}

Exit url_command(const std::string& base, const std::string& reference) {
  std::optional<Url> parsed_base;
  if (!base.empty()) {
    auto parsed = Url::parse(base);
    if (!parsed) {
      complain(fmt::format("the base `{}`: {}", base, parsed.error().message));
      return Exit::usage;
    }
    parsed_base = std::move(*parsed);
  }
  const auto url = Url::parse(reference, parsed_base ? &*parsed_base : nullptr);
  if (!url) {
    complain(fmt::format("`{}`: {}", reference, url.error().message));
    return Exit::usage;
  }
  fmt::print("{}\n", url->href());
  return Exit::done;
}

}  // namespace scraper
