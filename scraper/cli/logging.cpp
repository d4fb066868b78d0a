// SPDX-License-Identifier: MIT
#include "scraper/cli/logging.h"

#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "scraper/base/clock.h"

namespace scraper {
namespace {

/// {"time": ..., "level": ..., "message": ...}: spdlog's patterns do not escape what they insert.
class JsonFormatter final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    nlohmann::ordered_json line;
    line["time"] = format_time(message.time);
    line["level"] = std::string(spdlog::level::to_string_view(message.level).data());
    line["message"] = std::string(message.payload.data(), message.payload.size());
    const std::string text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<JsonFormatter>(); }
};

std::unique_ptr<spdlog::formatter> make_formatter(bool json) {
  if (json) return std::make_unique<JsonFormatter>();
  return std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
}

}  // namespace

void set_up_logging(const LogSettings& settings) {
  std::vector<spdlog::sink_ptr> sinks;
  if (settings.verbosity == Verbosity::verbose) sinks.push_back(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  if (!settings.file.empty()) sinks.push_back(std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.file));
  auto logger = std::make_shared<spdlog::logger>("scraper", sinks.begin(), sinks.end());
  for (const auto& sink : sinks) sink->set_formatter(make_formatter(settings.json));
  logger->set_level(settings.verbosity == Verbosity::verbose ? spdlog::level::debug
                    : sinks.empty()                          ? spdlog::level::off
                                                             : spdlog::level::info);
  logger->flush_on(spdlog::level::warn);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace scraper
