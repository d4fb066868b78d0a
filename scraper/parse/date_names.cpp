// SPDX-License-Identifier: MIT
#include "scraper/parse/date_names.h"

#include <algorithm>
#include <array>

namespace scraper {
namespace {

/// Names of one month, separated by spaces.
constexpr std::array<std::string_view, 12> kMonths{
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari stycznia styczeń sty ledna leden "
    "января январь янв січня січень ocak ianuarie ian gener jaan",
    "february feb febr februar feber février févr fév fevrier febrero febbraio febb fevereiro fev februari lutego luty "
    "lut února únor февраля февраль фев лютого лютий şubat februarie febrer februaryi pebruari",
    "march mar märz maerz mär mrz mars marzo março marco maart mrt marts marca marzec března březen марта март мар "
    "березня березень mart martie març maret",
    "april apr avril avr abril abr aprile kwietnia kwiecień kwi dubna duben апреля апрель апр квітня квітень nisan "
    "aprilie",
    "may mai mayo maggio mag maio mei maj maja května květen мая май травня травень mayıs maig",
    "june jun juni juin junio giugno giu junho czerwca czerwiec cze června červen июня июнь июн червня червень haziran "
    "iunie iun juny",
    "july jul juli juillet juil julio luglio lug julho lipca lipiec lip července červenec июля июль июл липня липень "
    "temmuz iulie iul juliol",
    "august aug août aout agosto ago augustus augusti sierpnia sierpień sie srpna srpen августа август авг серпня "
    "серпень ağustos agost agustus",
    "september sep sept septembre septiembre setiembre settembre set setembro września wrzesień wrz září сентября "
    "сентябрь сен вересня вересень eylül septembrie setembre",
    "october oct oktober okt octobre octubre ottobre ott outubro out października październik paź října říjen октября "
    "октябрь окт жовтня жовтень ekim octombrie",
    "november nov novembre noviembre novembro listopada listopad lis листопада листопад ноября ноябрь ноя kasım "
    "noiembrie noi",
    "december dec dezember dez décembre déc decembre diciembre dic dicembre dezembro desember des grudnia grudzień gru "
    "prosince prosinec декабря декабрь дек грудня грудень aralık decembrie desembre",
};

struct Zone {
  std::string_view name;
  std::string_view offset;
};

constexpr std::array kZones{
    Zone{"z", "Z"},         Zone{"utc", "Z"},       Zone{"gmt", "Z"},       Zone{"ut", "Z"},
    Zone{"wet", "+00:00"},  Zone{"bst", "+01:00"},  Zone{"west", "+01:00"}, Zone{"cet", "+01:00"},
    Zone{"mez", "+01:00"},  Zone{"cest", "+02:00"}, Zone{"mesz", "+02:00"}, Zone{"eet", "+02:00"},
    Zone{"sast", "+02:00"}, Zone{"eest", "+03:00"}, Zone{"msk", "+03:00"},  Zone{"ist", "+05:30"},
    Zone{"wib", "+07:00"},  Zone{"hkt", "+08:00"},  Zone{"sgt", "+08:00"},  Zone{"jst", "+09:00"},
    Zone{"kst", "+09:00"},  Zone{"aest", "+10:00"}, Zone{"aedt", "+11:00"}, Zone{"nzst", "+12:00"},
    Zone{"nzdt", "+13:00"}, Zone{"brt", "-03:00"},  Zone{"ast", "-04:00"},  Zone{"edt", "-04:00"},
    Zone{"est", "-05:00"},  Zone{"cdt", "-05:00"},  Zone{"cst", "-06:00"},  Zone{"mdt", "-06:00"},
    Zone{"mst", "-07:00"},  Zone{"pdt", "-07:00"},  Zone{"pst", "-08:00"},  Zone{"akdt", "-08:00"},
    Zone{"akst", "-09:00"}, Zone{"hst", "-10:00"},
};

bool holds_word(std::string_view list, std::string_view word) {
  for (size_t at = 0; (at = list.find(word, at)) != std::string_view::npos; ++at) {
    const size_t end = at + word.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

}  // namespace

int month_of_name(std::string_view word) {
  if (word.size() < 3) return 0;
  for (size_t i = 0; i < kMonths.size(); ++i)
    if (holds_word(kMonths[i], word)) return static_cast<int>(i) + 1;
  return 0;
}

std::string_view offset_of_zone(std::string_view word) {
  const auto zone = std::find_if(kZones.begin(), kZones.end(), [&](const Zone& z) { return z.name == word; });
  return zone == kZones.end() ? std::string_view() : zone->offset;
}

std::string lower_name(std::string_view text) {
  std::string out(text);
  for (size_t i = 0; i < out.size(); ++i) {
    const auto byte = static_cast<unsigned char>(out[i]);
    if (byte >= 'A' && byte <= 'Z') {
      out[i] = static_cast<char>(byte + 0x20);
    } else if (i + 1 < out.size() && byte == 0xC3) {  // U+00C0 to U+00DE
      const auto next = static_cast<unsigned char>(out[i + 1]);
      if (next >= 0x80 && next <= 0x9E && next != 0x97) out[i + 1] = static_cast<char>(next + 0x20);
    } else if (i + 1 < out.size() && byte == 0xD0) {  // U+0410 to U+042F
      const auto next = static_cast<unsigned char>(out[i + 1]);
      if (next >= 0x90 && next <= 0x9F) {
        out[i + 1] = static_cast<char>(next + 0x20);
      } else if (next >= 0xA0 && next <= 0xAF) {
        out[i] = static_cast<char>(0xD1);
        out[i + 1] = static_cast<char>(next - 0x20);
      }
    }
  }
  return out;
}

}  // namespace scraper
