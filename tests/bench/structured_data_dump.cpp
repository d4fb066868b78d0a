// SPDX-License-Identifier: MIT
// structured_data_dump [URL FILE]...: a line of JSON for each HTML file, what structured_data finds in it. The URL is
// what references are resolved against. For tests/bench/measure_recipes.py, and for looking at a page by hand.
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "scraper/parse/charset.h"
#include "scraper/parse/json_text.h"
#include "scraper/parse/page_tree.h"
#include "scraper/parse/structured_data.h"

namespace scraper {
namespace {

std::string structured_data_of(const std::string& body, const Url& url) {
  const ParseLimits limits;
  const SteadyTime deadline = steady_now() + limits.timeout;
  const std::string utf8 = decode_to_utf8(body, sniff_charset(body, ""));
  PageTree tree;
  const auto output = tree.parse(utf8, limits, deadline);
  if (!output) return json_text({{"error", output.error().message}});
  const auto data = structured_data((*output)->document, url, limits, Watchdog(limits, deadline));
  return json_text(data ? *data : nlohmann::json{{"error", data.error().message}});
}

}  // namespace
}  // namespace scraper

int main(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const auto url = scraper::Url::parse(argv[i]);
    std::ifstream file(argv[i + 1], std::ios::binary);
    if (!url || !file) {
      std::cerr << argv[i] << " " << argv[i + 1] << ": no URL, or no file\n";
      return 2;
    }
    const std::string body{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    std::cout << scraper::structured_data_of(body, *url) << "\n";
  }
}
