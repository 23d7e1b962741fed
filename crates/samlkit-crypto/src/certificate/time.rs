//! `Time` (RFC 5280 §4.1.2.5), with the older forms that X.509 had: no seconds, a zone offset, a fraction.

use crate::asn1::{Element, GENERALIZED_TIME, UTC_TIME};

/// Seconds since 1970-01-01T00:00:00Z.
pub(super) fn parse(element: Element<'_>) -> Option<i64> {
    let mut digits = Digits(element.value);
    let year = match element.tag {
        UTC_TIME => match digits.two()? {
            year @ 50..=99 => 1900 + year,
            year => 2000 + year,
        },
        GENERALIZED_TIME => digits.two()? * 100 + digits.two()?,
        _ => return None,
    };
    let month = digits.within(1..=12)?;
    let day = digits.within(1..=days_in(year, month))?;
    let hour = digits.within(0..=23)?;
    let minute = digits.within(0..=59)?;
    let second = if digits.at_digit() {
        digits.within(0..=60)?
    } else {
        0
    };
    digits.skip_fraction(element.tag);
    let offset = digits.zone()?;
    Some(days_from_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset)
}

/// What is left of the text.
struct Digits<'a>(&'a [u8]);

impl Digits<'_> {
    fn at_digit(&self) -> bool {
        self.0.first().is_some_and(u8::is_ascii_digit)
    }

    fn digit(&mut self) -> Option<i64> {
        let (&first, rest) = self.0.split_first()?;
        if !first.is_ascii_digit() {
            return None;
        }
        self.0 = rest;
        Some(i64::from(first - b'0'))
    }

    fn two(&mut self) -> Option<i64> {
        Some(self.digit()? * 10 + self.digit()?)
    }

    fn within(&mut self, range: core::ops::RangeInclusive<i64>) -> Option<i64> {
        self.two().filter(|number| range.contains(number))
    }

    fn skip_fraction(&mut self, tag: u8) {
        if let (GENERALIZED_TIME, [b'.' | b',', rest @ ..]) = (tag, self.0) {
            self.0 = rest;
            while self.digit().is_some() {}
        }
    }

    /// The offset from UTC in seconds, then the end.
    fn zone(mut self) -> Option<i64> {
        let (&sign, rest) = self.0.split_first()?;
        self.0 = rest;
        let offset = match sign {
            b'Z' => 0,
            b'+' => self.offset()?,
            b'-' => -self.offset()?,
            _ => return None,
        };
        self.0.is_empty().then_some(offset)
    }

    fn offset(&mut self) -> Option<i64> {
        Some(self.within(0..=23)? * 3_600 + self.within(0..=59)? * 60)
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, for years from 0. Years are counted from March, so that the leap day is
/// the last of its year.
fn days_from_epoch(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 306 days from March to the end of December, 153 for every five months.
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(tag: u8, text: &str) -> Option<i64> {
        parse(Element {
            tag,
            value: text.as_bytes(),
            encoding: &[],
        })
    }

    #[test]
    fn moments() {
        let cases = [
            (UTC_TIME, "700101000000Z", 0),
            (UTC_TIME, "691231235959Z", -1),
            (UTC_TIME, "491231235959Z", 2_524_607_999),
            (UTC_TIME, "500101000000Z", -631_152_000),
            (UTC_TIME, "000229120000Z", 951_825_600),
            (UTC_TIME, "2611240330Z", 1_795_491_000),
            (UTC_TIME, "261124033000+0130", 1_795_485_600),
            (UTC_TIME, "261124033000-0130", 1_795_496_400),
            (GENERALIZED_TIME, "20261124033000Z", 1_795_491_000),
            (GENERALIZED_TIME, "20261124033000.5Z", 1_795_491_000),
            (GENERALIZED_TIME, "99991231235959Z", 253_402_300_799),
            (GENERALIZED_TIME, "00000101000000Z", -62_167_219_200),
        ];
        for (tag, text, seconds) in cases {
            assert_eq!(at(tag, text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment() {
        let cases = [
            (UTC_TIME, ""),
            (UTC_TIME, "261124033000"),
            (UTC_TIME, "261324033000Z"),
            (UTC_TIME, "260230033000Z"),
            (UTC_TIME, "261124240000Z"),
            (UTC_TIME, "261124036000Z"),
            (UTC_TIME, "261124033000ZZ"),
            (UTC_TIME, "261124033000.5Z"),
            (UTC_TIME, "2611240330 0Z"),
            (GENERALIZED_TIME, "261124033000Z"),
            (GENERALIZED_TIME, "19000229000000Z"),
            (crate::asn1::INTEGER, "261124033000Z"),
        ];
        for (tag, text) in cases {
            assert_eq!(at(tag, text), None, "{text}");
        }
    }
}
