// SPDX-License-Identifier: MIT
#include "scraper/cli/table_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "scraper/base/utf8.h"

namespace scraper {
namespace {

std::string hex(const std::string& bytes) {
  std::string out;
  for (const unsigned char byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

/// As sqlite3 prints it: NULL as nothing, a blob as X'..'.
std::string plain(const storage::Value& value) {
  struct Visitor {
    std::string operator()(std::nullptr_t) const { return ""; }
    std::string operator()(int64_t number) const { return fmt::format("{}", number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const storage::Blob& blob) const { return "X'" + hex(blob.bytes) + "'"; }
  };
  return std::visit(Visitor{}, value);
}

size_t width_of(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class AlignedWriter final : public TableWriter {
 public:
  AlignedWriter(std::FILE* out, size_t width_max) : out_(out), width_max_(width_max) {}

  void begin(const std::vector<std::string>& columns) override {
    std::vector<std::string> names;
    for (const std::string& column : columns) names.push_back(printable(column));
    cells_.push_back(std::move(names));
    numeric_.assign(columns.size(), true);
  }

  void row(const storage::Row& row) override {
    std::vector<std::string> cells;
    for (size_t c = 0; c < row.size(); ++c) {
      if (std::holds_alternative<std::string>(row[c])) numeric_[c] = false;
      cells.push_back(printable(plain(row[c])));  // what a page says must not steer the terminal
    }
    cells_.push_back(std::move(cells));
  }

  void end() override {
    if (cells_.empty()) return;
    std::vector<size_t> widths(cells_[0].size(), 0);
    for (const auto& row : cells_) {
      for (size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width_of(row[c]));
    }
    fit(widths);
    for (size_t r = 0; r < cells_.size(); ++r) {
      print(cells_[r], widths);
      if (r == 0) print_rule(widths);
    }
  }

 private:
  /// Takes from the widest column until the line fits.
  void fit(std::vector<size_t>& widths) const {
    constexpr size_t kLeast = 8;
    if (width_max_ == 0) return;
    for (;;) {
      size_t total = widths.empty() ? 0 : 2 * (widths.size() - 1);
      for (const size_t width : widths) total += width;
      const auto widest = std::max_element(widths.begin(), widths.end());
      if (total <= width_max_ || widest == widths.end() || *widest <= kLeast) return;
      *widest = std::max(kLeast, *widest - std::min(*widest - kLeast, total - width_max_));
    }
  }

  void print(const std::vector<std::string>& row, const std::vector<size_t>& widths) const {
    std::string line;
    for (size_t c = 0; c < row.size(); ++c) {
      std::string cell = row[c];
      if (width_of(cell) > widths[c]) cell = std::string(utf8_prefix(cell, widths[c] - 1)) + "…";
      const std::string pad(widths[c] - width_of(cell), ' ');
      line += c == 0 ? "" : "  ";
      line += numeric_[c] ? pad + cell : cell + pad;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    fmt::print(out_, "{}\n", line);
  }

  void print_rule(const std::vector<size_t>& widths) const {
    std::string line;
    for (size_t c = 0; c < widths.size(); ++c) line += (c == 0 ? "" : "  ") + std::string(widths[c], '-');
    fmt::print(out_, "{}\n", line);
  }

  std::FILE* out_;
  size_t width_max_;
  std::vector<std::vector<std::string>> cells_;
  std::vector<bool> numeric_;
};

/// RFC 4180, with the line ends that the other programs here write.
class CsvWriter final : public TableWriter {
 public:
  explicit CsvWriter(std::FILE* out) : out_(out) {}
  void begin(const std::vector<std::string>& columns) override { print(columns); }
  void row(const storage::Row& row) override {
    std::vector<std::string> cells;
    for (const storage::Value& value : row) cells.push_back(plain(value));
    print(cells);
  }
  void end() override {}

 private:
  void print(const std::vector<std::string>& cells) {
    std::string line;
    for (size_t c = 0; c < cells.size(); ++c) {
      if (c > 0) line += ',';
      if (cells[c].find_first_of(",\"\r\n") == std::string::npos) {
        line += cells[c];
        continue;
      }
      line += '"';
      for (const char character : cells[c]) line += character == '"' ? std::string("\"\"") : std::string(1, character);
      line += '"';
    }
    fmt::print(out_, "{}\n", line);
  }
  std::FILE* out_;
};

class JsonWriter final : public TableWriter {
 public:
  JsonWriter(std::FILE* out, bool lines) : out_(out), lines_(lines) {}
  void begin(const std::vector<std::string>& columns) override {
    columns_ = columns;
    if (!lines_) fmt::print(out_, "[");
  }
  void row(const storage::Row& row) override {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    for (size_t c = 0; c < row.size(); ++c) object[columns_[c]] = to_json(row[c]);
    const std::string text = object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    if (lines_)
      fmt::print(out_, "{}\n", text);
    else
      fmt::print(out_, "{}\n{}", first_ ? "" : ",", text);
    first_ = false;
  }
  void end() override {
    if (!lines_) fmt::print(out_, "{}]\n", first_ ? "" : "\n");
  }

 private:
  static nlohmann::ordered_json to_json(const storage::Value& value) {
    if (std::holds_alternative<std::nullptr_t>(value)) return nullptr;
    if (const auto* number = std::get_if<int64_t>(&value)) return *number;
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* blob = std::get_if<storage::Blob>(&value)) return hex(blob->bytes);
    return std::get<std::string>(value);
  }
  std::FILE* out_;
  bool lines_;
  bool first_ = true;
  std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<TableWriter> make_table_writer(TableFormat format, std::FILE* out, size_t width_max) {
  switch (format) {
    case TableFormat::table:
      return std::make_unique<AlignedWriter>(out, width_max);
    case TableFormat::csv:
      return std::make_unique<CsvWriter>(out);
    case TableFormat::json:
      return std::make_unique<JsonWriter>(out, false);
    case TableFormat::jsonl:
      break;
  }
  return std::make_unique<JsonWriter>(out, true);
}

}  // namespace scraper
