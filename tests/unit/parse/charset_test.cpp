// SPDX-License-Identifier: MIT
#include "scraper/parse/charset.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "corpora.h"
#include "scraper/base/utf8.h"
#include "tests/support/repeated.h"

namespace scraper {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

TEST(CharsetLabel, IsFoundWhateverItsCaseAndTheSpaceAroundIt) {
  EXPECT_EQ(charset_for_label("utf-8"), "UTF-8");
  EXPECT_EQ(charset_for_label(" \tUTF8\n"), "UTF-8");
  EXPECT_EQ(charset_for_label("latin1"), "windows-1252");
  EXPECT_EQ(charset_for_label("ISO-8859-9"), "windows-1254");
  EXPECT_EQ(charset_for_label("gb2312"), "GBK");
  EXPECT_EQ(charset_for_label("x-sjis"), "Shift_JIS");
  EXPECT_EQ(charset_for_label("tis-620"), "windows-874");
  EXPECT_EQ(charset_for_label("hz-gb-2312"), "replacement");
  EXPECT_EQ(charset_for_label("replacement"), "replacement");
  EXPECT_EQ(charset_for_label("MacCyrillic"), "x-mac-cyrillic");
  EXPECT_EQ(charset_for_label(""), std::nullopt);
  EXPECT_EQ(charset_for_label("utf-7"), std::nullopt);
  EXPECT_EQ(charset_for_label(std::string(1000, 'x')), std::nullopt);
  EXPECT_EQ(charset_for_label("utf 8"), std::nullopt);
}

TEST(CharsetDeclared, IsTheMarkThenTheHeaderThenTheMeta) {
  constexpr std::string_view kMeta = "<meta charset=iso-8859-2>";
  EXPECT_EQ(declared_charset("\xEF\xBB\xBF" + std::string(kMeta), "text/html; charset=koi8-r"), "UTF-8");
  EXPECT_EQ(declared_charset(kMeta, "text/html; charset=koi8-r"), "KOI8-R");
  EXPECT_EQ(declared_charset(kMeta, "text/html; charset=nonsense"), "ISO-8859-2");
  EXPECT_EQ(declared_charset(kMeta, "text/html"), "ISO-8859-2");
  EXPECT_EQ(declared_charset("\xFF\xFE<", ""), "UTF-16LE");
  EXPECT_EQ(declared_charset("\xFE\xFF<", ""), "UTF-16BE");
  EXPECT_EQ(declared_charset("<p>", ""), std::nullopt);
}

TEST(CharsetDeclared, ReadsTheHeadersParameterHoweverItIsWritten) {
  for (const char* header :
       {"text/html;charset=koi8-r", "text/html; foo=bar; CharSet = \"KOI8-R\"; x", "text/html; charset='koi8-r'",
        "text/html;;charset=koi8-r ;", "text/html; a=\";charset=utf-8\"; charset=koi8-r"}) {
    EXPECT_EQ(declared_charset("", header), "KOI8-R") << header;
  }
  for (const char* header :
       {"charset=koi8-r", "text/html; charset", "text/html; charset=", "text/html; charset=\"", ";", ""}) {
    EXPECT_EQ(declared_charset("", header), std::nullopt) << header;
  }
}

TEST(CharsetPrescan, ReadsMetaAsTheStandardDoes) {
  EXPECT_EQ(prescan_charset("<META/CHARSET = 'koi8-r' >"), "KOI8-R");
  EXPECT_EQ(prescan_charset("<meta content='x; charset = koi8-r;y' http-equiv=content-type>"), "KOI8-R");
  EXPECT_EQ(prescan_charset("<meta content='charsetcharset=koi8-r' http-equiv=content-type>"), "KOI8-R");
  EXPECT_EQ(prescan_charset("<meta content='text/html; charset=koi8-r'>"), std::nullopt);
  EXPECT_EQ(prescan_charset("<meta charset=koi8-r charset=utf-8>"), "KOI8-R");
  EXPECT_EQ(prescan_charset("<metacharset=koi8-r>"), std::nullopt);
  EXPECT_EQ(prescan_charset("<!--><meta charset=koi8-r>"), "KOI8-R");
  EXPECT_EQ(prescan_charset("<!-- <meta charset=utf-8> --><meta charset=koi8-r>"), "KOI8-R");
  EXPECT_EQ(prescan_charset("<a title='<meta charset=utf-8>'></a x='>'><!x><?x><meta charset=koi8-r>"), "KOI8-R");
  EXPECT_EQ(prescan_charset("<meta charset=utf-16be>"), "UTF-8");
  EXPECT_EQ(prescan_charset("<meta charset=x-user-defined>"), "windows-1252");
  EXPECT_EQ(prescan_charset("<meta charset=koi8-r"), std::nullopt);
  EXPECT_EQ(prescan_charset(std::string(70'000, ' ') + "<meta charset=koi8-r>"), std::nullopt);
}

TEST(CharsetPrescan, FallsBackToTheXmlDeclaration) {
  EXPECT_EQ(prescan_charset("<?xml version='1.0' encoding = \"koi8-r\"?><a>"), "KOI8-R");
  EXPECT_EQ(prescan_charset("<?xml encoding='koi8-r'?><meta charset=utf-8>"), "UTF-8");
  EXPECT_EQ(prescan_charset("<?xml version='1.0'?> encoding='koi8-r'"), std::nullopt);
  EXPECT_EQ(prescan_charset(std::string_view("<\0?\0x\0m\0", 8)), "UTF-16LE");
}

TEST(CharsetPrescan, TakesTimeInProportionToItsInput) {
  prescan_charset(repeated("<a ", 30'000));
  prescan_charset("<meta " + repeated("a=b c='", 10'000));
  prescan_charset(repeated("<!--", 20'000));
  prescan_charset("<meta content='" + repeated("charset", 10'000) + "'>");
}

TEST(CharsetSniff, DefaultsToUtf8WhereTheBytesAreUtf8) {
  EXPECT_EQ(sniff_charset("<p>plain", ""), "windows-1252");
  EXPECT_EQ(sniff_charset("<p>\xC3\xA9", ""), "UTF-8");
  EXPECT_EQ(sniff_charset("<p>\xE9", ""), "windows-1252");
  EXPECT_EQ(sniff_charset("<p>\xE9t\xE9 ", ""), "windows-1252");
  EXPECT_EQ(sniff_charset("", ""), "windows-1252");
}

TEST(CharsetSniff, SeesUtf16And32WithoutAMark) {
  EXPECT_EQ(sniff_charset(std::string_view("<\0h\0t\0", 6), ""), "UTF-16LE");
  EXPECT_EQ(sniff_charset(std::string_view("\0<\0h\0t", 6), ""), "UTF-16BE");
  EXPECT_EQ(sniff_charset(std::string_view("\0\0\0<\0\0\0h", 8), ""), "UTF-32BE");
}

TEST(CharsetDecode, KeepsValidUtf8AndMendsTheRest) {
  EXPECT_EQ(decode_to_utf8("\xEF\xBB\xBF"
                           "a\xC3\xA9",
                           "UTF-8"),
            "a\xC3\xA9");
  EXPECT_EQ(decode_to_utf8("a\xE2\x82z", "UTF-8"), "a" + std::string(kReplacement) + "z");
  EXPECT_EQ(decode_to_utf8(std::string_view("a\0b", 3), "UTF-8"), "a" + std::string(kReplacement) + "b");
}

TEST(CharsetDecode, ReadsSingleByteEncodings) {
  EXPECT_EQ(decode_to_utf8("\x80\xE9\x81", "windows-1252"), "\xE2\x82\xAC\xC3\xA9\xC2\x81");
  EXPECT_EQ(decode_to_utf8("\xC1", "KOI8-R"), "\xD0\xB0");
  EXPECT_EQ(decode_to_utf8("\xAE", "KOI8-U"), "\xD1\x9E");
  EXPECT_EQ(decode_to_utf8("\xDB", "windows-874"), kReplacement);
  EXPECT_EQ(decode_to_utf8(std::string_view("\0", 1), "windows-1252"), kReplacement);
  EXPECT_EQ(decode_to_utf8("\x80", "no such thing"), "\xE2\x82\xAC");
  EXPECT_EQ(decode_to_utf8("\x80", "x-user-defined"), "\xEF\x9E\x80");
  EXPECT_EQ(decode_to_utf8("anything", "replacement"), kReplacement);
}

TEST(CharsetDecode, ReadsMultiByteEncodings) {
  EXPECT_EQ(decode_to_utf8("\x93\xFA\x96\x7B\xB1", "Shift_JIS"), "\xE6\x97\xA5\xE6\x9C\xAC\xEF\xBD\xB1");
  EXPECT_EQ(decode_to_utf8("\xC6\xFC\xCB\xDC\x8E\xB1", "EUC-JP"), "\xE6\x97\xA5\xE6\x9C\xAC\xEF\xBD\xB1");
  EXPECT_EQ(decode_to_utf8("\x8F\xB0\xA1", "EUC-JP"), "\xE4\xB8\x82");
  EXPECT_EQ(decode_to_utf8("a\x1B$BF|K\\\x1B(Bb", "ISO-2022-JP"),
            "a\xE6\x97\xA5\xE6\x9C\xAC"
            "b");
  EXPECT_EQ(decode_to_utf8("\xD6\xD0\x80", "GBK"), "\xE4\xB8\xAD\xE2\x82\xAC");
  EXPECT_EQ(decode_to_utf8("\x81\x30\x81\x30\x90\x30\x81\x30", "gb18030"), "\xC2\x80\xF0\x90\x80\x80");
  EXPECT_EQ(decode_to_utf8("\xA3\xA0", "GBK"), "\xE3\x80\x80");
  EXPECT_EQ(decode_to_utf8("\xA4\xA4\x88\x62", "Big5"), "\xE4\xB8\xAD\xC3\x8A\xCC\x84");
  EXPECT_EQ(decode_to_utf8("\xC7\xD1", "EUC-KR"), "\xED\x95\x9C");
  EXPECT_EQ(decode_to_utf8(std::string_view("\xFF\xFE<\0\x3D\xD8\0\xDE", 8), "UTF-16LE"), "<\xF0\x9F\x98\x80");
  EXPECT_EQ(decode_to_utf8(std::string_view("\0\0\0<\0\x01\xF6\0", 8), "UTF-32BE"), "<\xF0\x9F\x98\x80");
}

TEST(CharsetDecode, GivesBackTheAsciiByteThatABrokenPairSwallowed) {
  const std::string broken = std::string(kReplacement) + "<b>";
  for (const char* name : {"Shift_JIS", "EUC-JP", "GBK", "Big5", "EUC-KR"}) {
    EXPECT_EQ(decode_to_utf8("\xE0<b>", name), broken) << name;
    EXPECT_EQ(decode_to_utf8("\xFF<b>", name), broken) << name;
    EXPECT_EQ(decode_to_utf8("\xE0", name), kReplacement) << name;
  }
  EXPECT_EQ(decode_to_utf8("\x81\x30\x81<", "gb18030"),
            std::string(kReplacement) + "0" + std::string(kReplacement) + "<");
  EXPECT_EQ(decode_to_utf8("\x1B<b>", "ISO-2022-JP"), broken);
}

TEST(CharsetDecode, IsAlwaysValidUtf8) {
  std::string every_pair;
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      every_pair += static_cast<char>(a);
      every_pair += static_cast<char>(b);
    }
  }
  for (const char* name : {"UTF-8", "GBK", "Big5", "EUC-JP", "Shift_JIS", "EUC-KR", "ISO-2022-JP", "UTF-16LE",
                           "UTF-16BE", "UTF-32LE", "UTF-32BE", "x-user-defined", "windows-1255"}) {
    EXPECT_TRUE(is_valid_utf8(decode_to_utf8(every_pair, name))) << name;
    EXPECT_TRUE(is_valid_utf8(decode_to_utf8(every_pair.substr(1), name))) << name;
  }
}

// The suites write names their own way: "utf16le", "TIS-620", "iso-8859-5-russian".
std::string bare(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '-' && c != '_') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  return out;
}

TEST(CharsetSuite, SniffsAsOtherParsersDo) {
  const auto cases = read_cases("charset-sniff");
  if (cases.empty()) GTEST_SKIP() << "no public suites at " << corpora();
  for (const auto& test : cases) {
    const std::string body = decode_base64(test["bytes_b64"].get<std::string>());
    EXPECT_EQ(bare(declared_charset(body, "").value_or("windows-1252")), bare(test["encoding"].get<std::string>()))
        << body.substr(0, 200);
  }
}

TEST(CharsetSuite, KnowsRealPages) {
  const auto cases = read_cases("charset-real");
  if (cases.empty()) GTEST_SKIP() << "no public suites at " << corpora();
  size_t passed = 0;
  for (const auto& test : cases) {
    const std::string body = decode_base64(test["bytes_b64"].get<std::string>());
    std::string labelled = test["labelled"];
    for (const char* language : {"-hungarian", "-bulgarian", "-russian", "-greek", "-turkish", "-hebrew", "-arabic"}) {
      if (labelled.ends_with(language)) labelled.resize(labelled.size() - std::string(language).size());
    }
    if (labelled == "CP932") labelled = "Shift_JIS";
    const auto want = charset_for_label(labelled);
    const std::string have(sniff_charset(body, ""));
    const bool same = bare(have) == bare(want.value_or(labelled));
    if (same)
      ++passed;
    else
      std::printf("differs: %s is %s, not %s\n", test["src"].get<std::string>().c_str(), labelled.c_str(),
                  have.c_str());
    EXPECT_TRUE(is_valid_utf8(decode_to_utf8(body, have)));
  }
  std::printf("%zu of %zu\n", passed, cases.size());
  EXPECT_GE(passed * 100, cases.size() * 99);
}

}  // namespace
}  // namespace scraper
