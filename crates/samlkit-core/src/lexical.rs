use chrono::{
    DateTime, Datelike as _, Days, Months, NaiveDate, NaiveTime, TimeDelta, Timelike as _, Utc,
};

/// A point in time. `chrono` only counts here; the lexical form is read by [`parse_date_time`].
pub type Timestamp = DateTime<Utc>;

/// Reads an `xs:dateTime` that SAML allows (SAMLCore §1.3.3): in UTC, written with `Z` or as `+00:00` or `-00:00`.
///
/// The year has four digits and is not `0000`. Any number of fraction digits is accepted, and cut to nanoseconds. `24:00:00`
/// is the next day's midnight (XML Schema Part 2 §3.2.7). Leap seconds (`:60`), other offsets and times without a zone are
/// refused: the first SAML forbids, the last name no instant. White space around the value is collapsed away, as its type says.
///
/// ```
/// use samlkit_core::parse_date_time;
///
/// let time = parse_date_time("2026-11-24T03:14:15.926Z").ok_or("not a time")?;
/// assert_eq!(time.timestamp_millis(), 1_795_490_055_926);
/// assert_eq!(parse_date_time("2026-11-24T03:14:15.926+00:00"), Some(time));
/// assert_eq!(parse_date_time("2026-11-24T03:14:15.926"), None);
/// assert_eq!(parse_date_time("2026-11-24T04:14:15.926+01:00"), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn parse_date_time(text: &str) -> Option<Timestamp> {
    let (time, offset) = zoned_date_time(text)?;
    (offset == 0).then_some(time)
}

/// An `xs:dateTime` with an explicit zone, as an instant and the minutes that its zone is ahead of UTC.
pub(crate) fn zoned_date_time(text: &str) -> Option<(Timestamp, i64)> {
    let (head, rest) = trim(text).as_bytes().split_first_chunk::<19>()?;
    let &[
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
    ] = head
    else {
        return None;
    };
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let (nanoseconds, zone) = fraction(rest)?;
    let offset = zone_minutes(zone)?;
    if year == 0 {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, two(m1, m2)?, two(d1, d2)?)?;
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    let local = if hour == 24 {
        if (minute, second, nanoseconds) != (0, 0, 0) {
            return None;
        }
        date.checked_add_days(Days::new(1))?
            .and_time(NaiveTime::MIN)
    } else {
        date.and_hms_nano_opt(hour, minute, second, nanoseconds)?
    };
    let mut instant = local.and_utc();
    if offset != 0 {
        instant = instant.checked_sub_signed(TimeDelta::try_minutes(offset)?)?;
    }
    Some((instant, offset))
}

/// Writes an `xs:dateTime` as SAML wants it (SAMLCore §1.3.3): in UTC, with milliseconds, what is finer cut off.
///
/// `None` outside the years 1 to 9999.
///
/// ```
/// use samlkit_core::{format_date_time, parse_date_time};
///
/// let time = parse_date_time("2026-11-24T03:14:15.92653Z").ok_or("not a time")?;
/// assert_eq!(format_date_time(time).as_deref(), Some("2026-11-24T03:14:15.926Z"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn format_date_time(time: Timestamp) -> Option<String> {
    // By way of the count of milliseconds, as a leap second is no second of its own there.
    let time = DateTime::from_timestamp_millis(time.timestamp_millis())?;
    if !(1..=9999).contains(&time.year()) {
        return None;
    }
    Some(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.timestamp_subsec_millis()
    ))
}

/// Two decimal digits.
fn two(tens: u8, ones: u8) -> Option<u32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
}

/// An optional fraction of a second in nanoseconds, further digits cut off, and what follows it.
fn fraction(rest: &[u8]) -> Option<(u32, &[u8])> {
    let Some((b'.', rest)) = rest.split_first() else {
        return Some((0, rest));
    };
    let (mut nanoseconds, mut worth, mut digits) = (0, 100_000_000, 0);
    for digit in rest.iter().take_while(|b| b.is_ascii_digit()) {
        nanoseconds += u32::from(digit - b'0') * worth;
        worth /= 10;
        digits += 1;
    }
    if digits == 0 {
        return None;
    }
    Some((nanoseconds, rest.get(digits..)?))
}

/// The minutes that a zone designator is ahead of UTC.
fn zone_minutes(zone: &[u8]) -> Option<i64> {
    match *zone {
        [b'Z'] => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (two(h1, h2)?, two(m1, m2)?);
            let total = i64::from(hours * 60 + minutes);
            if minutes > 59 || total > 14 * 60 {
                return None;
            }
            Some(if sign == b'-' { -total } else { total })
        }
        _ => None,
    }
}

/// `text` without the white space around it that `whiteSpace="collapse"` removes.
pub(crate) fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if *first > b' ' && *last > b' ' => text,
        _ => text.trim_matches(is_space),
    }
}

/// White space of XML (XML §2.3), and no other.
pub(crate) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Whether there is nothing but white space.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| is_space(char::from(b)))
}

/// An `xs:boolean`.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match trim(text) {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// An `xs:nonNegativeInteger`, capped at the largest `u64`.
pub(crate) fn non_negative_integer(text: &str) -> Option<u64> {
    let text = trim(text);
    let (digits, negative) = match text.strip_prefix('-') {
        Some(digits) => (digits, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value = digits.bytes().fold(0u64, |sum, digit| {
        sum.saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    });
    (!negative || value == 0).then_some(value)
}

/// An `xs:unsignedShort`.
pub(crate) fn unsigned_short(text: &str) -> Option<u16> {
    u16::try_from(non_negative_integer(text)?).ok()
}

/// An `xs:duration` (XML Schema Part 2 §3.2.6), as in `cacheDuration`: months and seconds, which do not convert.
///
/// ```
/// use samlkit_core::{Duration, parse_date_time};
///
/// let duration = Duration::parse("P1M2DT3H").ok_or("not a duration")?;
/// let start = parse_date_time("2026-01-31T00:00:00Z").ok_or("not a time")?;
/// // The day is pinned to the shorter month's last one before days are added.
/// assert_eq!(duration.after(start), parse_date_time("2026-03-02T03:00:00Z"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Duration {
    negative: bool,
    months: u32,
    seconds: u64,
    nanoseconds: u32,
}

impl Duration {
    /// Reads the lexical form; `None` if it is not one, or longer than can be counted.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = trim(text);
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let text = text.strip_prefix('P')?;
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let ([years, months, days], rest) = components(date, ['Y', 'M', 'D'])?;
        if !rest.is_empty() {
            return None;
        }
        let mut seconds = days.unwrap_or(0).checked_mul(86_400)?;
        let mut nanoseconds = 0;
        if let Some(time) = time {
            let ([hours, minutes], rest) = components(time, ['H', 'M'])?;
            let (whole, nanos) = seconds_of(rest)?;
            if hours.is_none() && minutes.is_none() && rest.is_empty() {
                return None;
            }
            seconds = hours
                .unwrap_or(0)
                .checked_mul(3600)?
                .checked_add(minutes.unwrap_or(0).checked_mul(60)?)?
                .checked_add(whole)?
                .checked_add(seconds)?;
            nanoseconds = nanos;
        } else if years.is_none() && months.is_none() && days.is_none() {
            return None;
        }
        let months = years
            .unwrap_or(0)
            .checked_mul(12)?
            .checked_add(months.unwrap_or(0))?;
        Some(Self {
            negative,
            months: u32::try_from(months).ok()?,
            seconds,
            nanoseconds,
        })
    }

    /// So many seconds.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Self {
        Self {
            negative: false,
            months: 0,
            seconds,
            nanoseconds: 0,
        }
    }

    /// The instant that is this duration after `start` (XML Schema Part 2 appendix E), if it can be counted.
    #[must_use]
    pub fn after(self, start: Timestamp) -> Option<Timestamp> {
        let delta = TimeDelta::new(i64::try_from(self.seconds).ok()?, self.nanoseconds)?;
        let months = Months::new(self.months);
        if self.negative {
            start.checked_sub_months(months)?.checked_sub_signed(delta)
        } else {
            start.checked_add_months(months)?.checked_add_signed(delta)
        }
    }
}

/// The lexical form: months, and seconds.
impl core::fmt::Display for Duration {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(if self.negative { "-P" } else { "P" })?;
        if self.months != 0 {
            write!(f, "{}M", self.months)?;
            if (self.seconds, self.nanoseconds) == (0, 0) {
                return Ok(());
            }
        }
        write!(f, "T{}", self.seconds)?;
        if self.nanoseconds != 0 {
            write!(f, ".{:09}", self.nanoseconds)?;
        }
        f.write_str("S")
    }
}

/// Numbers, each followed by its designator, each optional, in this order; and what is left.
fn components<const N: usize>(
    mut text: &str,
    designators: [char; N],
) -> Option<([Option<u64>; N], &str)> {
    let mut values = [None; N];
    for (value, designator) in values.iter_mut().zip(designators) {
        let Some((digits, rest)) = text.split_once(designator) else {
            continue;
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        *value = Some(digits.parse().ok()?);
        text = rest;
    }
    Some((values, text))
}

/// `12.5S`, or nothing.
fn seconds_of(text: &str) -> Option<(u64, u32)> {
    if text.is_empty() {
        return Some((0, 0));
    }
    let text = text.strip_suffix('S')?;
    let (whole, nanoseconds) = match text.find('.') {
        Some(point) => {
            let (whole, rest) = text.split_at_checked(point)?;
            let (nanoseconds, rest) = fraction(rest.as_bytes())?;
            if !rest.is_empty() {
                return None;
            }
            (whole, nanoseconds)
        }
        None => (text, 0),
    };
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some((whole.parse().ok()?, nanoseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn date_times_that_are_read() {
        for (text, expected) in [
            ("2026-11-24T03:14:15Z", "2026-11-24T03:14:15Z"),
            ("2026-11-24T03:14:15.1Z", "2026-11-24T03:14:15.1Z"),
            (
                "2026-11-24T03:14:15.123456789Z",
                "2026-11-24T03:14:15.123456789Z",
            ),
            (
                "2026-11-24T03:14:15.1234567899999Z",
                "2026-11-24T03:14:15.123456789Z",
            ),
            ("2026-11-24T03:14:15+00:00", "2026-11-24T03:14:15Z"),
            ("2026-11-24T03:14:15.5-00:00", "2026-11-24T03:14:15.5Z"),
            (" \n2026-11-24T03:14:15Z\t", "2026-11-24T03:14:15Z"),
            (" 2026-11-24T03:14:15Z", "2026-11-24T03:14:15Z"),
            ("\t2026-11-24T03:14:15Z", "2026-11-24T03:14:15Z"),
            ("2026-11-24T03:14:15Z ", "2026-11-24T03:14:15Z"),
            ("2026-11-24T03:14:15Z\r", "2026-11-24T03:14:15Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
            ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"),
            ("2026-12-31T24:00:00.000Z", "2027-01-01T00:00:00Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(parse_date_time(text), Some(at(expected)), "{text}");
        }
    }

    #[test]
    fn date_times_that_are_not() {
        for text in [
            "",
            "Z",
            "2026-11-24",
            "2026-11-24T03:14:15",
            "2026-11-24T03:14Z",
            "2026-11-24 03:14:15Z",
            "2026-11-24t03:14:15Z",
            "2026-11-24T03:14:15z",
            "2026-11-24T03:14:15.Z",
            "2026-11-24T03:14:15,5Z",
            "2026-11-24T03:14:60Z",
            "2026-11-24T03:60:15Z",
            "2026-11-24T25:14:15Z",
            "2026-11-24T24:00:01Z",
            "2026-11-24T24:00:00.5Z",
            "2026-13-24T03:14:15Z",
            "2026-00-24T03:14:15Z",
            "2026-11-31T03:14:15Z",
            "2025-02-29T03:14:15Z",
            "0000-01-01T00:00:00Z",
            "-2026-11-24T03:14:15Z",
            "+2026-11-24T03:14:15Z",
            "12026-11-24T03:14:15Z",
            "026-11-24T03:14:15Z",
            "2026-11-24T03:14:15+01:00",
            "2026-11-24T03:14:15+0000",
            "2026-11-24T03:14:15+00:60",
            "2026-11-24T03:14:15ZZ",
            "2026-11-24T03:14:15Z x",
            "\u{a0}2026-11-24T03:14:15Z",
            "２026-11-24T03:14:15Z",
            "1795490055",
        ] {
            assert_eq!(parse_date_time(text), None, "{text}");
        }
    }

    /// The octets beside the digits are none, at any place.
    #[test]
    fn every_digit_is_one() {
        let text = "2021-01-11T11:01:11.1Z";
        assert!(parse_date_time(text).is_some());
        for (at, octet) in text.bytes().enumerate() {
            for other in ["/", ":", "+", " "] {
                if octet.is_ascii_digit() {
                    let mut changed = text.to_owned();
                    changed.replace_range(at..=at, other);
                    assert_eq!(parse_date_time(&changed), None, "{changed}");
                }
            }
        }
    }

    #[test]
    fn zones_of_metadata() {
        let instant = at("2026-11-24T03:14:15Z");
        assert_eq!(
            zoned_date_time("2026-11-24T04:44:15+01:30"),
            Some((instant, 90))
        );
        assert_eq!(
            zoned_date_time("2026-11-23T13:14:15-14:00"),
            Some((instant, -840))
        );
        for (zone, minutes) in [
            ("+14:00", Some(840)),
            ("+14:01", None),
            ("-14:01", None),
            ("+13:59", Some(839)),
            ("+13:60", None),
            ("+00:59", Some(59)),
            ("+00:60", None),
            ("-00:00", Some(0)),
            ("+1:000", None),
            ("+0/:00", None),
            ("+0::00", None),
            ("+00:0:", None),
            ("+00-00", None),
        ] {
            let zoned = zoned_date_time(&format!("2026-11-24T03:14:15{zone}"));
            assert_eq!(zoned.map(|(_, minutes)| minutes), minutes, "{zone}");
        }
        assert_eq!(zoned_date_time("2026-11-23T13:14:15"), None);
    }

    #[test]
    fn booleans_and_numbers() {
        for (text, expected) in [
            ("true", Some(true)),
            ("1", Some(true)),
            (" false\n", Some(false)),
            ("0", Some(false)),
            ("True", None),
            ("yes", None),
            ("", None),
        ] {
            assert_eq!(boolean(text), expected, "{text}");
        }
        for (text, expected) in [
            ("0", Some(0)),
            ("007", Some(7)),
            ("+7", Some(7)),
            ("-0", Some(0)),
            (" 65535 ", Some(65535)),
            ("65536", None),
            ("-1", None),
            ("1.0", None),
            ("+", None),
            ("", None),
        ] {
            assert_eq!(unsigned_short(text), expected, "{text}");
        }
        assert_eq!(non_negative_integer(&"9".repeat(99)), Some(u64::MAX));
    }

    #[test]
    fn durations() {
        let start = at("2026-01-31T00:00:00Z");
        for (text, expected) in [
            ("PT604800S", "2026-02-07T00:00:00Z"),
            ("P7D", "2026-02-07T00:00:00Z"),
            ("P1M", "2026-02-28T00:00:00Z"),
            ("P1Y", "2027-01-31T00:00:00Z"),
            ("P0Y0M0DT0H5M0.000S", "2026-01-31T00:05:00Z"),
            ("-PT1.5S", "2026-01-30T23:59:58.5Z"),
            (" PT1H ", "2026-01-31T01:00:00Z"),
        ] {
            let duration = Duration::parse(text).expect(text);
            assert_eq!(duration.after(start), Some(at(expected)), "{text}");
        }
        for text in [
            "",
            "P",
            "PT",
            "P1",
            "1D",
            "P1D2H",
            "P1DT",
            "P1H",
            "PT1D",
            "P1M1Y",
            "P-1D",
            "PT1.S",
            "PT.5S",
            "PT1S1S",
            "P1.5D",
            "604800",
            "P99999999999999999999D",
            "+P1D",
            "PT1.5M",
            "PD",
            "P+1D",
            "P 1D",
            "PT+1H",
            "PTS",
            "PT+1S",
            "PT+1.5S",
            "PT1:S",
        ] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
        let far = Duration::parse("P9999999999D").expect("a long duration");
        assert_eq!(far.after(start), None);
    }
}
