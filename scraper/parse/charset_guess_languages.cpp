// SPDX-License-Identifier: MIT
#include "scraper/parse/charset_guess_parts.h"

namespace scraper {
namespace {

// Rounded frequencies as they are generally known. What they are for is telling encodings apart, which a digit or two
// of precision more would not change.

// clang-format off
constexpr LanguageLetters kLetters[] = {
    // All of Western Europe at once, for pages that hold several of its languages.
    {LanguageGroup::kWestern,
     U"é250 ä100 ö80 ü80 á80 í70 ó70 è50 à50 ç50 å40 ñ30 ê30 ã40 ø30 ß20 æ20 ú20 â20 ô20 î20 ï10 ë10 õ10 ò10 ì10 ù10 "
     U"û10 œ3 ð2 þ2 ý2 š2 ž2"},
    {LanguageGroup::kWestern, U"é600 è120 à140 ê80 ç40 â20 î20 ô20 û20 ù20 ë5 ï5 œ8"},             // French
    {LanguageGroup::kWestern, U"ü380 ä340 ö180 ß90 é3"},                                           // German
    {LanguageGroup::kWestern, U"ó300 í250 á220 é140 ñ90 ú60 ü5"},                                  // Spanish
    {LanguageGroup::kWestern, U"ã220 ç160 á150 é120 í80 ó70 ê70 õ60 ú40 â30 à30 ô10"},             // Portuguese
    {LanguageGroup::kWestern, U"è400 à300 ù100 ò120 ì80 é60"},                                     // Italian
    {LanguageGroup::kWestern, U"à200 é150 ó200 è100 í120 ç60 ò40 ú40 ï30 ü10"},                    // Catalan
    {LanguageGroup::kWestern, U"ä420 å300 ö300 é10"},                                              // Swedish
    {LanguageGroup::kWestern, U"å400 ø350 æ300 é10"},                                              // Danish, Norwegian
    {LanguageGroup::kWestern, U"ä850 ö150 å10", -1.5f},                                            // Finnish
    {LanguageGroup::kWestern, U"ð180 í160 á170 ó100 æ90 ö80 þ140 é60 ú60 ý20"},                    // Icelandic
    {LanguageGroup::kWestern, U"é400 ë400 ï100 ö50 ü60 è50 ñ20 ç20"},                              // Dutch

    {LanguageGroup::kCentral, U"ł220 ą140 ę150 ó110 ż110 ś90 ć60 ń30 ź10", -2.5f},                 // Polish
    {LanguageGroup::kCentral, U"í330 á270 ě180 é150 ř130 š100 ý100 ž110 č110 ů60 ú20 ť10 ď10 ň10 ó10", -2},  // Czech
    {LanguageGroup::kCentral, U"á250 í160 é130 č140 š120 ž120 ý140 ú120 ľ60 ť80 ň30 ô30 ä20 ď20 ó10 ĺ2 ŕ2", -2},
    {LanguageGroup::kCentral, U"á360 é380 ö110 ü70 ó110 ő110 í70 ú30 ű30", -4},                    // Hungarian
    {LanguageGroup::kCentral, U"ă400 î120 â90 ş160 ţ180", -3},                                     // Romanian
    {LanguageGroup::kCentral, U"č320 š300 ž220 ć180 đ80", -3.5f},                                  // Croatian, Slovene

    {LanguageGroup::kBaltic, U"ė200 š150 ų150 ž100 į100 ą80 ū70 č60 ę30", -2.5f},                  // Lithuanian
    {LanguageGroup::kBaltic, U"ā400 ī230 ē170 š120 ū60 ž30 ņ80 ļ50 ķ30 č20 ģ20", -2.5f},           // Latvian
    {LanguageGroup::kBaltic, U"ä350 õ250 ü250 ö80 š10 ž10", -2},                                   // Estonian

    {LanguageGroup::kTurkish, U"ı400 ü170 ş150 ç100 ğ100 ö70 İ30 â5", -2.5f},

    // Tones are written as marks after the letter.
    {LanguageGroup::kVietnamese,
     U"\u0301 160 \u0323 140 \u0300 140 \u0309 80 \u0303 60 đ150 ư120 ô100 ê100 â80 ơ80 ă40 à100 á90 ó30 í20 é10 ù10 "
     U"ú10 è5", -1},

    {LanguageGroup::kRussian,
     U"о109 е85 а80 и74 н67 т63 с55 р47 в45 л44 к35 м32 д30 п28 у26 я20 ы19 ь17 г17 з16 б16 ч14 й12 х10 ж9 ш7 ю6 ц5 щ4 э3 "
     U"ф3 ъ1 ё1"},
    {LanguageGroup::kRussian,  // Bulgarian
     U"а118 и90 о87 е87 т78 н74 р48 с50 в44 л34 к32 д36 п27 м24 з21 я18 ъ15 г16 б15 у15 ч14 ц9 ж7 х6 щ6 ш4 й5 ф2 ю1 ь1"},
    {LanguageGroup::kUkrainian,
     U"о94 а72 н65 и61 і57 в52 р47 т55 е46 с41 к35 л36 м31 у33 д34 п29 я21 з23 ь18 г16 б18 ч14 й13 х11 ж9 ї6 ю9 ц7 є6 ш7 "
     U"щ5 ф2 ґ1"},
    {LanguageGroup::kUkrainian,  // Belarusian
     U"а165 н68 і64 е53 р50 к42 л43 с50 т42 д43 у41 о38 я52 в32 м32 ц36 ы35 п28 з30 ў22 й18 б21 э18 ь20 г22 ч16 х11 ж11 ш8 "
     U"ю7 ё6 ф2"},
    {LanguageGroup::kUkrainian,  // Serbian, Macedonian
     U"а120 о95 и92 е88 н60 с52 р52 т48 у40 в38 к37 м36 д36 п29 ј38 л33 з17 г17 б15 ч11 ш10 ж7 ц8 њ7 љ5 ћ6 ђ3 х6 ф2 џ1 ќ3 "
     U"ѓ2 ѕ1"},

    {LanguageGroup::kGreek,  // capitals of whole words have no accents, and σ for ς
     U"α100 ο95 τ80 ε75 ι85 σ75 ν65 ρ45 κ42 π42 η50 υ40 ς45 μ33 λ27 ό20 ί24 ά24 έ20 ή16 ω15 δ17 γ17 χ12 θ12 ύ9 ώ8 φ8 β7 ξ4 "
     U"ζ4 ψ2 ϊ1"},
    {LanguageGroup::kHebrew,
     U"י110 ו105 ה85 ל70 א60 ר60 ת55 ב50 ש50 מ50 נ30 ד30 ק25 ע30 פ22 ח25 ט15 צ10 ג14 ס15 כ22 ם32 ן13 ז10 ך6 ף3 ץ3"},
    {LanguageGroup::kArabic,
     U"ا150 ل120 ي75 م62 و60 ن58 ر50 ت48 ب38 ة36 ع36 د33 س28 ف28 ه28 ك24 ق24 أ26 ح20 ج15 ش14 ط12 ص11 خ9 ى9 إ9 ض7 ذ6 ث6 "
     U"ز6 ء5 غ5 ئ4 آ2 ظ2 ؤ1"},
    {LanguageGroup::kArabic,  // Persian, as far as windows-1256 has it
     U"ا150 ي100 ر80 ن75 د70 م62 ه65 و60 ت50 ب42 س32 ش30 ك30 ز27 گ14 ل25 خ18 پ12 ع12 ق10 چ6 ف14 ح10 ج10 ط6 ص6 آ8 ژ1 ک30 ی100"},
    {LanguageGroup::kThai,
     U"า80 น68 ร62 อ52 ก52 เ45 ง42 ม38 ย36 ล34 ว34 ่42 ด30 ท30 ส28 ต26 ้36 ะ24 ป22 บ22 ิ26 ี26 ั34 ห24 แ20 ค22 ์14 จ16 พ16 "
     U"ช14 ข14 ใ11 ไ12 โ10 ธ6 ึ7 ื8 ุ13 ู9 ผ9 ณ6 ็6 ศ5 ซ5 ถ7 ภ5 ญ4 ฐ3 ฟ3 ษ4 ำ10 ฉ1 ฎ1 ฏ1 ฒ1 ฝ1 ฤ1 ฬ1 ฮ1 ฯ1 ๆ2"},
};
// clang-format on

}  // namespace

std::span<const LanguageLetters> language_letters() { return kLetters; }

const std::u32string_view kCommonSimplifiedHan =
    U"的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家"
    U"种事成"
    U"方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公"
    U"此已工使"
    U"情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内"
    U"信表化老"
    U"给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才"
    U"结反受目"
    U"太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难"
    U"且权思王"
    U"象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运网站中国新闻首页版权"
    U"所有联系";

const std::u32string_view kCommonTraditionalHan =
    U"的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作里裡用道行所然"
    U"家種事成"
    U"方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公"
    U"此已工使"
    U"情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內"
    U"信表化老"
    U"給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才"
    U"結反受目"
    U"太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難"
    U"且權思王"
    U"象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運網站臺灣台新聞首頁版"
    U"聯絡系統";

const std::u32string_view kCommonKanji =
    U"日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入"
    U"選立開手"
    U"米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気小七成"
    U"期公野協"
    U"取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名"
    U"交資予川"
    U"向際査勝面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増係感特情投示"
    U"変打男";

const std::u32string_view kCommonHangul =
    U"이다의에는을가고하지한로기도를사은어자나대리서인아시니있그들정해일으부보수라만전게제주장면원적구상여스과와교연공"
    U"안여무비성"
    U"조것우유마었소거신했문내동경선국때모러야오미생위산할없화까관세간발말드음진트치아바았였학터중영되건회방식력용실물"
    U"려계업명물"
    U"오르습당분서양단레김된재심천임년저속입반직달란민불합등살던받람개설출번남통결처노운호현금행본요감많";

}  // namespace scraper
