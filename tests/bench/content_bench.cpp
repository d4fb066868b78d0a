// SPDX-License-Identifier: MIT
// content_bench: reads lines of URL, tab, FILE (HTML, may be gzipped), and prints for each what extract_content finds
// on that page, as one JSON object a line with the name of the file as id. For measure_content.py.
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "scraper/parse/charset.h"
#include "scraper/parse/gunzip.h"
#include "scraper/parse/main_content.h"
#include "scraper/parse/page_tree.h"

namespace scraper {
namespace {

constexpr size_t kPageBytesMax = 64u << 20;

std::string read_page(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!is_gzip(bytes)) return bytes;
  auto unpacked = gunzip(bytes, kPageBytesMax);
  return unpacked ? std::move(unpacked->bytes) : std::string();
}

nlohmann::ordered_json measure(const std::string& address, const std::string& path) {
  nlohmann::ordered_json line{{"id", path}};
  auto url = Url::parse(address);
  if (!url) url = Url::parse("http://page.test/");  // some suites do not know where a page was
  const ParseLimits limits;
  const std::string page = read_page(path);
  const std::string utf8 = decode_to_utf8(page, sniff_charset(page, "text/html"));
  const SteadyTime deadline = steady_now() + limits.timeout;
  PageTree tree;
  const auto output = tree.parse(utf8, limits, deadline);
  if (!output) return line;
  const SteadyTime started = steady_now();
  const auto found = extract_content((*output)->document, *url, limits, deadline);
  if (!found) return line;
  line["content"] = found->content;
  line["markdown"] = found->markdown;
  line["author"] = found->author;
  line["published_at"] = found->published_at;
  line["ms"] = std::chrono::duration<double, std::milli>(steady_now() - started).count();
  return line;
}

}  // namespace
}  // namespace scraper

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const size_t tab = line.find('\t');
    if (tab == std::string::npos) continue;
    std::cout << scraper::measure(line.substr(0, tab), line.substr(tab + 1)).dump() << '\n';
  }
}
