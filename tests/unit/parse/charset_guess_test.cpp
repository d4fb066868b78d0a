// SPDX-License-Identifier: MIT
#include "scraper/parse/charset_guess.h"

#include <gtest/gtest.h>
#include <iconv.h>

#include <string>
#include <string_view>
#include <vector>

#include "scraper/parse/charset.h"

namespace scraper {
namespace {

/// Empty when the encoding lacks a character of the text.
std::string encoded(std::string_view utf8, const char* charset) {
  const iconv_t descriptor = iconv_open(charset, "UTF-8");
  if (descriptor == reinterpret_cast<iconv_t>(-1)) return {};
  std::string input(utf8);
  std::string out(4 * input.size() + 16, '\0');
  char* from = input.data();
  size_t from_left = input.size();
  char* to = out.data();
  size_t to_left = out.size();
  const bool done = iconv(descriptor, &from, &from_left, &to, &to_left) != static_cast<size_t>(-1) &&
                    iconv(descriptor, nullptr, nullptr, &to, &to_left) != static_cast<size_t>(-1);
  iconv_close(descriptor);
  out.resize(done ? out.size() - to_left : 0);
  return out;
}

std::string page_of(std::string_view bytes) {
  return "<!DOCTYPE html><html><head><title>" + std::string(bytes) + "</title></head><body class=\"main\"><p>" +
         std::string(bytes) + "</p><script>var a = 1;</script></body></html>";
}

std::string many(std::string_view bytes) {
  std::string page = "<ul>";
  for (int i = 0; i < 50; ++i) page += "<li>" + std::string(bytes) + " and more</li>";
  return page;
}

/// The names of the C library and ours differ for some.
std::string_view our_name(std::string_view iconv_name) {
  if (iconv_name == "CP932") return "Shift_JIS";
  if (iconv_name == "MACINTOSH") return "macintosh";
  if (iconv_name == "MAC-CYRILLIC") return "x-mac-cyrillic";
  if (iconv_name == "CP949") return "EUC-KR";
  if (iconv_name == "CP874") return "windows-874";
  if (iconv_name == "EUC-CN") return "GBK";
  return charset_for_label(iconv_name).value_or("unknown");
}

/// What counts is that the page is read right, under whatever name.
void expect_read_right(std::string_view text, const char* charset) {
  const std::string bytes = encoded(text, charset);
  ASSERT_FALSE(bytes.empty()) << charset << ": " << text;
  const std::string page = page_of(bytes);
  const std::string_view guess = guess_charset(page);
  EXPECT_TRUE(decode_to_utf8(page, guess) == decode_to_utf8(page, our_name(charset)))
      << charset << " was taken for " << guess << ": " << text;
}

struct Sentence {
  std::string_view text;
  std::vector<const char*> charsets;
};

const std::vector<const char*> kWestern = {"CP1252", "ISO-8859-1", "ISO-8859-15", "MACINTOSH"};
const std::vector<const char*> kCentral = {"CP1250", "ISO-8859-2"};
const std::vector<const char*> kCyrillic = {"CP1251", "KOI8-R", "ISO-8859-5", "IBM866", "MAC-CYRILLIC"};

const Sentence kTypicalSentences[] = {
    {"Весной дни становятся длиннее, и дети после школы играют во дворе до самого вечера.", kCyrillic},
    {"ВНИМАНИЕ! МАГАЗИН ЗАКРЫТ НА РЕМОНТ ДО КОНЦА МЕСЯЦА", kCyrillic},
    {"През лятото много хора отиват на море, а през зимата се качват в планината да карат ски.", kCyrillic},
    {"Влітку ми їздимо до бабусі, яка живе в селі біля річки й має великий сад із яблунями.",
     {"CP1251", "KOI8-U", "ISO-8859-5", "MAC-CYRILLIC"}},
    {"Улетку дзеці гуляюць каля ракі, а ўвечары слухаюць казкі, якія расказвае ім бабуля.",
     {"CP1251", "ISO-8859-5", "MAC-CYRILLIC"}},
    {"Љубазни домаћини су нам показали ђачку собу и њихову башту, која се налази иза куће.",
     {"CP1251", "ISO-8859-5", "MAC-CYRILLIC"}},
    {"Το καλοκαίρι πηγαίνουμε στη θάλασσα και το βράδυ τρώμε όλοι μαζί στην αυλή του σπιτιού.",
     {"CP1253", "ISO-8859-7"}},
    {"ΚΑΛΩΣ ΗΡΘΑΤΕ ΣΤΗΝ ΙΣΤΟΣΕΛΙΔΑ ΤΟΥ ΔΗΜΟΥ ΜΑΣ. ΕΔΩ ΘΑ ΒΡΕΙΤΕ ΠΛΗΡΟΦΟΡΙΕΣ ΓΙΑ ΤΙΣ ΥΠΗΡΕΣΙΕΣ ΚΑΙ ΤΑ ΩΡΑΡΙΑ",
     {"CP1253", "ISO-8859-7"}},
    {"בקיץ אנחנו נוסעים לים עם הילדים, ובערב יושבים כולם יחד סביב השולחן ומספרים סיפורים.", {"CP1255", "ISO-8859-8"}},
    {"في الصيف نذهب مع الأطفال إلى البحر، وفي المساء نجلس جميعا حول المائدة ونتحدث عن يومنا.",
     {"CP1256", "ISO-8859-6"}},
    {"در تابستان با بچه ها به کنار رودخانه مي رويم و شب ها همه با هم شام مي خوريم", {"CP1256"}},
    {"ในฤดูร้อนเราไปทะเลกับเด็กๆ และตอนเย็นเรานั่งกินข้าวด้วยกันที่บ้านของคุณยาย", {"CP874", "TIS-620"}},
    {"Latem jeździmy nad jezioro, a wieczorem siedzimy przy ognisku i śpiewamy piosenki, które znają też nasi "
     "dziadkowie.",
     kCentral},
    {"V létě jezdíme k řece, kde si děti hrají, a večer sedíme u ohně a zpíváme písničky, které zná i náš dědeček.",
     kCentral},
    {"V lete chodíme k jazeru a večer sedíme pri ohni, kde spievame piesne, ktoré poznajú aj naši starí rodičia; ľudia "
     "žijú veľmi šťastne.",
     kCentral},
    {"Nyáron a tóhoz megyünk, este pedig a tűz körül ülünk, és olyan dalokat éneklünk, amelyeket a nagyszüleink is jól "
     "ismernek; az erdő csöndes.",
     kCentral},
    {"Vara mergem la mare, iar seara stăm în jurul focului şi cântăm cântece pe care le ştiu şi bunicii noştri, fără "
     "să ţinem cont de oră.",
     kCentral},
    {"Ljeti idemo na jezero, a navečer sjedimo oko vatre i pjevamo pjesme koje još uvijek znaju naši stari; kuća je "
     "blizu, šuma također, a noć će biti duža.",
     kCentral},
    {"Yazın çocuklarla denize gideriz, akşamları da ateşin çevresinde oturup dedelerimizin bildiği şarkıları söyleriz.",
     {"CP1254", "ISO-8859-9"}},
    {"Vasarą važiuojame prie ežero, o vakarais sėdime prie laužo ir dainuojame dainas, kurias žino mūsų seneliai.",
     {"CP1257", "ISO-8859-13"}},
    {"Vasarā mēs braucam uz jūru, bet vakaros sēžam pie ugunskura un dziedam dziesmas, kuras zina arī mūsu vecāki.",
     {"CP1257", "ISO-8859-13"}},
    {"Suvel sõidame järve äärde, õhtul istume lõkke ümber ja laulame laule, mida teavad ka meie vanaisad.",
     {"CP1257", "ISO-8859-15"}},
    {"Mùa hè chúng tôi ra biển với bọn trẻ, buổi tối mọi người ngồi quanh bếp lửa và kể những câu chuyện cũ.",
     {"CP1258"}},
    {"En été, nous allons à la mer avec les enfants, et le soir nous chantons près du feu des chansons que nos "
     "grands-pères connaissaient déjà.",
     kWestern},
    {"Im Sommer fahren wir mit den Kindern an den See; abends sitzen wir ums Feuer und singen Lieder, die schon unsere "
     "Großväter schön fanden und für uns übten.",
     kWestern},
    {"En verano vamos con los niños al río, y por la noche cantamos alrededor del fuego canciones que conocían también "
     "nuestros abuelos. ¿Quién las cantará mañana?",
     kWestern},
    {"No verão vamos com as crianças à praia, e à noite cantamos canções que os nossos avós já conheciam. Amanhã não "
     "haverá refeição.",
     kWestern},
    {"D'estate andiamo al mare perché fa caldo; la sera c'è più fresco e si può cantare finché la città è già buia.",
     kWestern},
    {"På sommaren åker vi till sjön med barnen, och på kvällen sitter vi vid elden och sjunger sånger från förr.",
     kWestern},
    {"Om sommeren går vi til søen med børnene, og på aftenen synger vi sange, som også bedstefædrene kendte så godt.",
     kWestern},
    {"Kesällä menemme järvelle lasten kanssa, ja illalla istumme nuotion ääressä ja laulamme lauluja, jotka isoäitikin "
     "tietää; yö on lyhyt.",
     kWestern},
    {"Á sumrin förum við að vatninu með börnunum, og á kvöldin syngjum við söngva sem afar okkar þekktu líka.",
     {"CP1252", "ISO-8859-1"}},
    {"It’s the café’s “summer menu” – served daily — and it doesn’t cost more than £5…", {"CP1252"}},
    {"夏になると、子どもたちと海へ行きます。夜はみんなで火を囲んで、昔の歌を歌います。",
     {"CP932", "EUC-JP", "ISO-2022-JP"}},
    {"新製品のお知らせ：カメラとプリンターの価格改定について", {"CP932", "EUC-JP", "ISO-2022-JP"}},
    {"夏天我们常带孩子们去海边玩，晚上大家坐在院子里吃饭，听爷爷讲从前的故事。", {"GBK", "GB18030", "EUC-CN"}},
    {"夏天我們常帶孩子們去海邊玩，晚上大家坐在院子裡吃飯，聽爺爺講從前的故事。", {"BIG5"}},
    {"여름이면 우리는 아이들과 바다에 가고, 저녁에는 모두 둘러앉아 할아버지의 옛날이야기를 듣는다.",
     {"EUC-KR", "CP949"}},
};

TEST(CharsetGuess, ReadsASentenceInEveryPlausibleEncodingOfItsLanguage) {
  for (const Sentence& sentence : kTypicalSentences) {
    for (const char* charset : sentence.charsets) expect_read_right(sentence.text, charset);
  }
}

TEST(CharsetGuess, ReadsAFewWords) {
  const Sentence kShort[] = {
      {"Новости и погода", kCyrillic},
      {"Главная страница", kCyrillic},
      {"Начална страница", kCyrillic},
      {"Головна сторінка", {"CP1251", "KOI8-U", "ISO-8859-5"}},
      {"Αρχική σελίδα", {"CP1253", "ISO-8859-7"}},
      {"דף הבית של העיר", {"CP1255", "ISO-8859-8"}},
      {"الصفحة الرئيسية", {"CP1256", "ISO-8859-6"}},
      {"หน้าแรกของเว็บไซต์", {"CP874"}},
      {"トップページへ戻る", {"CP932", "EUC-JP", "ISO-2022-JP"}},
      {"日本語のニュース", {"CP932", "EUC-JP", "ISO-2022-JP"}},
      {"公司简介和联系方式", {"GBK"}},
      {"公司簡介和聯絡方式", {"BIG5"}},
      {"회사 소개와 연락처", {"EUC-KR"}},
      {"Café à Paris", {"CP1252"}},
      {"Über uns", {"CP1252"}},
      {"Página de início", {"CP1252"}},
      {"Språk på svenska", {"CP1252"}},
  };
  for (const Sentence& sentence : kShort) {
    for (const char* charset : sentence.charsets) expect_read_right(sentence.text, charset);
  }
}

constexpr const char* kWesternWords[] = {
    "déjà",    "créée",  "à",      "où",  "À propos", "Île-de-France", "cœur",   "l’été", "naïve", "Übermut",
    "größer",  "daß",    "Ä Ö Ü",  "für", "Straße",   "año",           "¿Qué?",  "¡Olé!", "señor", "mañana",
    "não",     "ações",  "é",      "à",   "avó",      "São João",      "å",      "ö",     "Åland", "smörgåsbord",
    "på",      "être",   "© 2024", "®",   "10 €",     "½ lb",          "25 °C",  "“yes”", "don’t", "– no –",
    "«oui»",   "£5",     "§ 7",    "m²",  "1º",       "Æ Ø Å",         "perché", "più",   "città", "CAFÉ",
    "MÜNCHEN", "ESPAÑA", "AÇÃO",   "ÉTÉ"};

TEST(CharsetGuess, StaysWesternForAFewBytes) {
  for (const char* word : kWesternWords) {
    const std::string bytes = encoded(word, "CP1252");
    EXPECT_EQ(guess_charset(page_of(bytes)), "windows-1252") << word;
    EXPECT_EQ(guess_charset(bytes), "windows-1252") << word;
    EXPECT_EQ(guess_charset(many(bytes)), "windows-1252") << word;
  }
}

TEST(CharsetGuess, StaysWesternForAnyTwoWesternWords) {
  for (const char* one : kWesternWords) {
    for (const char* other : kWesternWords) {
      const std::string bytes = encoded(std::string(one) + " with " + other, "CP1252");
      EXPECT_EQ(guess_charset(bytes), "windows-1252") << one << ", " << other;
      EXPECT_EQ(guess_charset(many(bytes)), "windows-1252") << "many times " << one << ", " << other;
    }
  }
}

TEST(CharsetGuess, StaysWesternForOneByteWhicheverItIs) {
  for (int byte = 0x80; byte <= 0xFF; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    for (const std::string& text :
         {one, "a " + one + " b", "a" + one + "b", "a" + one + " ", " " + one + "b", "A" + one + "B"}) {
      EXPECT_EQ(guess_charset("<p>" + text + "</p>"), "windows-1252") << byte << ": " << text;
    }
  }
}

TEST(CharsetGuess, IsWesternWhereThereIsNothingToGuess) {
  EXPECT_EQ(guess_charset(""), "windows-1252");
  EXPECT_EQ(guess_charset("<p>plain"), "windows-1252");
  EXPECT_EQ(guess_charset("\x1B[31m red"), "windows-1252");
  EXPECT_EQ(guess_charset("\x1B$B\xFF"), "windows-1252");
}

TEST(CharsetGuess, LooksAtTheBeginningOnly) {
  const std::string russian = encoded("Весной дни становятся длиннее", "CP1251");
  EXPECT_EQ(guess_charset(std::string(kGuessBytesMax - 1000, ' ') + russian), "windows-1251");
  EXPECT_EQ(guess_charset(std::string(kGuessBytesMax, ' ') + russian), "windows-1252");
  const std::string japanese = encoded("日本語", "ISO-2022-JP");
  for (size_t cut = 4; cut < 8; ++cut) {
    EXPECT_EQ(guess_charset(std::string(kGuessBytesMax - cut, ' ') + japanese), "ISO-2022-JP") << cut;
  }
}

TEST(CharsetGuess, TakesAnyBytes) {
  std::string bytes;
  uint32_t state = 1;
  for (size_t i = 0; i < kGuessBytesMax + 10; ++i) {
    state = state * 1664525 + 1013904223;
    bytes += static_cast<char>(state >> 24);
    if (i < 300 || i % 20'011 == 0) guess_charset(bytes);
  }
  for (int byte = 0x80; byte <= 0xFF; ++byte) guess_charset(std::string(100'000, static_cast<char>(byte)));
}

TEST(CharsetGuess, ComesAfterWhatThePageSaysAndUtf8) {
  const std::string russian = encoded("Весной дни становятся длиннее", "CP1251");
  EXPECT_EQ(sniff_charset(russian, ""), "windows-1251");
  EXPECT_EQ(sniff_charset(russian, "text/html; charset=iso-8859-1"), "windows-1252");
  EXPECT_EQ(sniff_charset("<meta charset=koi8-r>" + russian, ""), "KOI8-R");
  EXPECT_EQ(sniff_charset("Весной дни становятся длиннее", ""), "UTF-8");
  EXPECT_EQ(sniff_charset(encoded("日本語", "ISO-2022-JP"), ""), "ISO-2022-JP");
}

}  // namespace
}  // namespace scraper
