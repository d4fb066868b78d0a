// SPDX-License-Identifier: MIT
#include "scraper/parse/charset_index.h"

#include <iconv.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <utility>

namespace scraper {
namespace {

struct CloseIconv {
  void operator()(void* descriptor) const { iconv_close(descriptor); }
};

/// Asks the C library what single characters stand for.
class Oracle {
 public:
  explicit Oracle(const char* charset) {
    const iconv_t opened = iconv_open("UTF-32LE", charset);
    // Where the C library comes without its conversions, every character of the encoding is U+FFFD.
    if (opened != reinterpret_cast<iconv_t>(-1)) descriptor_.reset(opened);
  }

  /// 0 when the bytes are not exactly one code point.
  char32_t code_point(std::initializer_list<size_t> bytes) {
    if (!descriptor_) return 0;
    std::array<char, 4> input{};
    size_t input_left = 0;
    for (const size_t byte : bytes) input[input_left++] = static_cast<char>(byte);
    std::array<uint8_t, 8> output{};
    char* from = input.data();
    char* to = reinterpret_cast<char*>(output.data());
    size_t output_left = output.size();
    iconv(descriptor_.get(), nullptr, nullptr, nullptr, nullptr);
    if (iconv(descriptor_.get(), &from, &input_left, &to, &output_left) == static_cast<size_t>(-1)) return 0;
    // A character that may yet be followed by a combining one is held back until it is flushed.
    if (iconv(descriptor_.get(), nullptr, nullptr, &to, &output_left) == static_cast<size_t>(-1)) return 0;
    if (input_left != 0 || output_left != 4) return 0;
    return static_cast<char32_t>(output[0]) | static_cast<char32_t>(output[1]) << 8 |
           static_cast<char32_t>(output[2]) << 16;
  }

 private:
  std::unique_ptr<void, CloseIconv> descriptor_;
};

struct Exception {
  uint16_t bytes;
  uint16_t code_point;
};

/// Where the standard's Big5 differs from the C library's BIG5-HKSCS: characters that later versions of HKSCS moved,
/// and symbols that it writes with another character.
// clang-format off
constexpr Exception kBig5Exceptions[] = {
    {0x8E69, 0x7BB8}, {0x8E6F, 0x7C06}, {0x8E7E, 0x7CCE}, {0x8EAB, 0x7DD2}, {0x8EB4, 0x7E1D}, {0x8ECD, 0x8005},
    {0x8ED0, 0x8028}, {0x8F57, 0x83C1}, {0x8F69, 0x84A8}, {0x8F6E, 0x840F}, {0x8FCB, 0x89A6}, {0x8FCC, 0x89A9},
    {0x8FFE, 0x8D77}, {0x906D, 0x90FD}, {0x907A, 0x92B9}, {0x90DC, 0x975C}, {0x90F1, 0x97FF}, {0x91BF, 0x9F16},
    {0x9244, 0x8503}, {0x92AF, 0x5159}, {0x92B0, 0x515B}, {0x92B1, 0x515D}, {0x92B2, 0x515E}, {0x92C8, 0x936E},
    {0x92D1, 0x7479}, {0x9447, 0x6D67}, {0x94CA, 0x799B}, {0x95D9, 0x9097}, {0x9644, 0x975D}, {0x96ED, 0x701E},
    {0x96FC, 0x5B28}, {0x9B76, 0x7201}, {0x9B78, 0x77D7}, {0x9B7B, 0x7E87}, {0x9BC6, 0x99D6}, {0x9BDE, 0x91D4},
    {0x9BEC, 0x60DE}, {0x9BF6, 0x6FB6}, {0x9C42, 0x8F36}, {0x9C53, 0x4FBB}, {0x9C62, 0x71DF}, {0x9C68, 0x9104},
    {0x9C6B, 0x9DF0}, {0x9C77, 0x83CF}, {0x9CBC, 0x5C10}, {0x9CBD, 0x79E3}, {0x9CD0, 0x5A67}, {0x9D57, 0x8F0B},
    {0x9D5A, 0x7B51}, {0x9DC4, 0x62D0}, {0x9EA9, 0x6062}, {0x9EEF, 0x75F9}, {0x9EFD, 0x6C4A}, {0x9F60, 0x9B2E},
    {0x9F66, 0x9F17}, {0x9FCB, 0x50ED}, {0x9FD8, 0x5F0C}, {0xA063, 0x880F}, {0xA077, 0x62CE}, {0xA0D5, 0x7468},
    {0xA0DF, 0x7162}, {0xA0E4, 0x7250}, {0xA145, 0x2027}, {0xA14E, 0xFE51}, {0xA15A, 0x2574}, {0xA1C2, 0x00AF},
    {0xA1C3, 0xFFE3}, {0xA1C5, 0x02CD}, {0xA1E3, 0xFF5E}, {0xA1F2, 0x2295}, {0xA1F3, 0x2299}, {0xA1FE, 0xFF0F},
    {0xA240, 0xFF3C}, {0xA241, 0x2215}, {0xA242, 0xFE68}, {0xA244, 0xFFE5}, {0xA246, 0xFFE0}, {0xA247, 0xFFE1},
    {0xA2CC, 0x5341}, {0xA2CE, 0x5345}, {0xA3C0, 0x2400}, {0xA3C1, 0x2401}, {0xA3C2, 0x2402}, {0xA3C3, 0x2403},
    {0xA3C4, 0x2404}, {0xA3C5, 0x2405}, {0xA3C6, 0x2406}, {0xA3C7, 0x2407}, {0xA3C8, 0x2408}, {0xA3C9, 0x2409},
    {0xA3CA, 0x240A}, {0xA3CB, 0x240B}, {0xA3CC, 0x240C}, {0xA3CD, 0x240D}, {0xA3CE, 0x240E}, {0xA3CF, 0x240F},
    {0xA3D0, 0x2410}, {0xA3D1, 0x2411}, {0xA3D2, 0x2412}, {0xA3D3, 0x2413}, {0xA3D4, 0x2414}, {0xA3D5, 0x2415},
    {0xA3D6, 0x2416}, {0xA3D7, 0x2417}, {0xA3D8, 0x2418}, {0xA3D9, 0x2419}, {0xA3DA, 0x241A}, {0xA3DB, 0x241B},
    {0xA3DC, 0x241C}, {0xA3DD, 0x241D}, {0xA3DE, 0x241E}, {0xA3DF, 0x241F}, {0xA3E0, 0x2421}, {0xA3E1, 0x20AC},
    {0xC6CF, 0x5EF4}, {0xC6D3, 0x65E0}, {0xC6D5, 0x7676}, {0xC6D7, 0x96B6}, {0xC6DE, 0x3003}, {0xC6DF, 0x4EDD},
    {0xFA5F, 0x5029}, {0xFA66, 0x507D}, {0xFABD, 0x5305}, {0xFAC5, 0x5344}, {0xFAD5, 0x537F}, {0xFB48, 0x5605},
    {0xFBB8, 0x5A77}, {0xFBF3, 0x5E75}, {0xFBF9, 0x5ED0}, {0xFC4F, 0x5F58}, {0xFC6C, 0x60A4}, {0xFCB9, 0x6490},
    {0xFCE2, 0x6674}, {0xFCF1, 0x675E}, {0xFDB7, 0x6C9C}, {0xFDB8, 0x6E1D}, {0xFDBB, 0x6E2F}, {0xFDF1, 0x716E},
    {0xFE52, 0x732A}, {0xFE6F, 0x745C}, {0xFEAA, 0x74E9}, {0xFEDD, 0x7809},
};
// clang-format on

/// Private use in the standard ("index gb18030"), characters of later planes in the C library; and the space that pages
/// write as A3A0.
constexpr Exception kGb18030Exceptions[] = {{0xA3A0, 0x3000}, {0xFE51, 0xE816}, {0xFE52, 0xE817}, {0xFE53, 0xE818},
                                            {0xFE6C, 0xE831}, {0xFE76, 0xE83B}, {0xFE91, 0xE855}};

size_t big5_pointer(size_t lead, size_t trail) { return (lead - 0x81) * 157 + trail - (trail < 0x7F ? 0x40 : 0x62); }

size_t gbk_pointer(size_t lead, size_t trail) { return (lead - 0x81) * 190 + trail - (trail < 0x7F ? 0x40 : 0x41); }

CharsetIndex make_big5() {
  Oracle oracle("BIG5-HKSCS");
  std::vector<char32_t> out(126 * 157);
  for (size_t i = 0; i < out.size(); ++i) {
    const size_t trail = i % 157;
    out[i] = oracle.code_point({i / 157 + 0x81, trail + (trail < 0x3F ? 0x40 : 0x62)});
  }
  for (const Exception& e : kBig5Exceptions) out[big5_pointer(e.bytes >> 8, e.bytes & 0xFF)] = e.code_point;
  return CharsetIndex(std::move(out));
}

CharsetIndex make_euc_kr() {
  Oracle oracle("CP949");
  std::vector<char32_t> out(126 * 190);
  for (size_t i = 0; i < out.size(); ++i) out[i] = oracle.code_point({i / 190 + 0x81, i % 190 + 0x41});
  return CharsetIndex(std::move(out));
}

CharsetIndex make_gb18030() {
  Oracle oracle("GB18030");
  std::vector<char32_t> out(126 * 190);
  for (size_t i = 0; i < out.size(); ++i) {
    const size_t trail = i % 190;
    out[i] = oracle.code_point({i / 190 + 0x81, trail + (trail < 0x3F ? 0x40 : 0x41)});
  }
  for (const Exception& e : kGb18030Exceptions) out[gbk_pointer(e.bytes >> 8, e.bytes & 0xFF)] = e.code_point;
  return CharsetIndex(std::move(out));
}

CharsetIndex make_gb18030_ranges() {
  Oracle oracle("GB18030");
  std::vector<char32_t> out(39420);
  for (size_t i = 0; i < out.size(); ++i) {
    out[i] = oracle.code_point({0x81 + i / 12600, 0x30 + i / 1260 % 10, 0x81 + i / 10 % 126, 0x30 + i % 10});
  }
  // The C library has these in two bytes alone; the standard reads both forms.
  for (size_t i = 0; i < 8; ++i) out[19057 + i] = static_cast<char32_t>(0x9FB4 + i);
  for (size_t i = 0; i < 10; ++i) out[39076 + i] = static_cast<char32_t>(0xFE10 + i);
  return CharsetIndex(std::move(out));
}

CharsetIndex make_jis0208() {
  Oracle oracle("CP932");
  std::vector<char32_t> out(60 * 188);
  for (size_t i = 0; i < out.size(); ++i) {
    const size_t lead = i / 188, trail = i % 188;
    out[i] = oracle.code_point({lead + (lead < 0x1F ? 0x81 : 0xC1), trail + (trail < 0x3F ? 0x40 : 0x41)});
  }
  return CharsetIndex(std::move(out));
}

CharsetIndex make_jis0212() {
  Oracle oracle("EUC-JP");
  std::vector<char32_t> out(94 * 94);
  for (size_t i = 0; i < out.size(); ++i) out[i] = oracle.code_point({0x8F, i / 94 + 0xA1, i % 94 + 0xA1});
  return CharsetIndex(std::move(out));
}

}  // namespace

const CharsetIndex& big5_index() {
  static const CharsetIndex index = make_big5();
  return index;
}

const CharsetIndex& euc_kr_index() {
  static const CharsetIndex index = make_euc_kr();
  return index;
}

const CharsetIndex& gb18030_index() {
  static const CharsetIndex index = make_gb18030();
  return index;
}

const CharsetIndex& gb18030_ranges_index() {
  static const CharsetIndex index = make_gb18030_ranges();
  return index;
}

const CharsetIndex& jis0208_index() {
  static const CharsetIndex index = make_jis0208();
  return index;
}

const CharsetIndex& jis0212_index() {
  static const CharsetIndex index = make_jis0212();
  return index;
}

}  // namespace scraper
