// SPDX-License-Identifier: MIT
#include "scraper/parse/content_type.h"

#include <gtest/gtest.h>

#include <string>

namespace scraper {
namespace {

TEST(MediaType, IsTheTypeInLowerCaseWithoutParameters) {
  EXPECT_EQ(media_type("text/html"), "text/html");
  EXPECT_EQ(media_type("Text/HTML; charset=UTF-8"), "text/html");
  EXPECT_EQ(media_type("  application/ld+json ;x=y"), "application/ld+json");
  EXPECT_EQ(media_type("text/html;"), "text/html");
  EXPECT_EQ(media_type("text/html, text/plain"), "text/html");
  EXPECT_EQ(media_type("application/vnd.ms-excel.sheet.macroEnabled.12"),
            "application/vnd.ms-excel.sheet.macroenabled.12");
}

TEST(MediaType, IsEmptyWhenThereIsNone) {
  for (const char* text :
       {"", " ", ";", "; charset=utf-8", ",", "html", "text/", "/html", "/", "text / html", "te xt/html",
        "text/html charset=utf-8", "t\xC3\xA9xt/html", "text/html/x", "\"text/html\"", "text/h\x01tml"}) {
    EXPECT_EQ(media_type(text), "") << text;
  }
  EXPECT_EQ(media_type(std::string_view("text/ht\0ml", 10)), "");
}

TEST(ContentKind, ParsesHtmlHoweverItIsNamed) {
  for (const char* type : {"text/html", "TEXT/HTML;charset=x", "application/xhtml+xml"}) {
    EXPECT_EQ(content_kind(type, ""), ContentKind::html) << type;
    EXPECT_EQ(content_kind(type, "{}"), ContentKind::html) << type;
  }
}

TEST(ContentKind, KeepsWhatIsTextAsText) {
  for (const char* type :
       {"text/plain", "text/css", "text/xml", "text/csv", "text/markdown", "application/json", "application/xml",
        "application/javascript", "application/x-javascript", "application/ecmascript", "application/ld+json",
        "application/x-ndjson", "application/rss+xml", "application/atom+xml", "application/problem+json",
        "image/svg+xml", "Application/JSON; charset=utf-8"}) {
    EXPECT_EQ(content_kind(type, "<html>"), ContentKind::text) << type;
  }
}

TEST(ContentKind, LeavesAnythingElseWithoutText) {
  for (const char* type : {"image/png", "application/pdf", "application/octet-stream", "video/mp4", "application/zip",
                           "font/woff2", "application/jsonx", "xml/json"}) {
    EXPECT_EQ(content_kind(type, "<html>"), ContentKind::other) << type;
  }
}

TEST(ContentKind, BelievesTheServerRatherThanTheBytes) {
  EXPECT_EQ(content_kind("text/plain", "<html><p>x"), ContentKind::text);
  EXPECT_EQ(content_kind("image/png", "<!doctype html>"), ContentKind::other);
}

TEST(ContentKind, KnowsHtmlByItsFirstTag) {
  for (const char* body : {"<!DOCTYPE HTML>",
                           "<!doctype html >",
                           "<html>",
                           "<HTML lang=en>",
                           "<head>",
                           "<script>",
                           "<iframe >",
                           "<h1>",
                           "<div class=x>",
                           "<font >",
                           "<table>",
                           "<a href=x>",
                           "<style>",
                           "<title>x",
                           "<b>",
                           "<body>",
                           "<br>",
                           "<p>",
                           "<!-- note",
                           "<!--",
                           " \t\r\n\f<html>",
                           "\xEF\xBB\xBF<html>",
                           "\xEF\xBB\xBF\n<p >"}) {
    EXPECT_EQ(content_kind("", body), ContentKind::html) << body;
  }
}

TEST(ContentKind, WantsATagToEnd) {
  for (const char* body : {"<html", "<htmlx>", "<pre>", "<abbr>", "<h2>", "<p/>", "<!doctype htmlx>", "<article>",
                           "hello <html>", "< html>"}) {
    EXPECT_EQ(content_kind("", body), ContentKind::text) << body;
  }
}

TEST(ContentKind, TakesBytesThatNoTextHasForBinary) {
  EXPECT_EQ(content_kind("", "plain words\n\t\x1B[0m"), ContentKind::text);
  EXPECT_EQ(content_kind("", "\xFF\xFE\xE9 latin"), ContentKind::text);
  for (const char byte : {'\x00', '\x01', '\x08', '\x0B', '\x0E', '\x1A', '\x1C', '\x1F'}) {
    EXPECT_EQ(content_kind("", std::string("abc") + byte), ContentKind::other) << static_cast<int>(byte);
  }
  for (const char byte : {'\t', '\n', '\f', '\r', '\x1B', '\x7F'}) {
    EXPECT_EQ(content_kind("", std::string("abc") + byte), ContentKind::text) << static_cast<int>(byte);
  }
}

TEST(ContentKind, LooksAtTheFirstBytesAlone) {
  EXPECT_EQ(content_kind("", std::string(1444, 'x') + '\x01'), ContentKind::other);
  EXPECT_EQ(content_kind("", std::string(1445, 'x') + '\x01'), ContentKind::text);
}

TEST(ContentKind, HasNoTextForNothing) {
  EXPECT_EQ(content_kind("", ""), ContentKind::other);
  EXPECT_EQ(content_kind("", "\xEF\xBB\xBF"), ContentKind::other);
  EXPECT_EQ(content_kind("", "   \n"), ContentKind::text);
}

TEST(ContentKind, SniffsWhereTheHeaderNamesNoType) {
  EXPECT_EQ(content_kind("html", "<p>x"), ContentKind::html);
  EXPECT_EQ(content_kind("; charset=utf-8", "{\"a\": 1}"), ContentKind::text);
}

}  // namespace
}  // namespace scraper
