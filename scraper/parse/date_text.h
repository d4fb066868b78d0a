// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace scraper {

/// How much of a text is looked at.
inline constexpr size_t kDateTextBytesMax = 256;

/// The first date in a text as people and machines write it, in ISO 8601: `2019-11-19`, or with the time that stands
/// beside it `2019-11-19T15:04:05` and its offset as found (`Z`, `+01:00`); seconds are 00 where there are none,
/// fractions are left out. nullopt when there is no date that exists.
///
/// Understood are ISO 8601 (2019-11-19, 20191119, 2019/11/19, 2019.11.19, each with T or a space and a time), RFC 822
/// and its kin (Tue, 19 Nov 2019 15:04:05 +0100), asctime, `March 5, 2019` and `5 March 2019` with month names as
/// month_of_name knows them, `5. März 2019`, `5 de marzo de 2019`, 2019年3月5日, and numbers alone: with full stops or
/// dashes day first (05.03.2019), with slashes month first unless that cannot be (3/5/2019 is 5 March, 25/3/2019 is 25
/// March). Times may be 15:04, 15:04:05, 3:04 pm, 3 p.m., 15h04 and `15.04 Uhr`, after the date or before it. Years
/// have four digits, from 1000 on; two only in RFC 822 with a time. What stands around the date does not matter.
///
/// Any thread; time is bounded by kDateTextBytesMax.
std::optional<std::string> iso_date(std::string_view text);

}  // namespace scraper
