//! Words with a form: instants, lengths, zones, formats; and buckets.

use chrono::DateTime;
use truenorth::desk::sources::{Format, Mapping};
use truenorth::ground::time::{Bucket, DAY, Span, Time, Window, Zone};

use super::tables::told;

/// Each line is read as a time, a length, a zone and more; the first two times are cut into buckets.
pub fn words(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (mut times, mut zones) = (Vec::new(), vec![Zone::UTC]);
    for line in text.lines() {
        let time = Time::parse(line).ok();
        let other =
            DateTime::parse_from_rfc3339(line).ok().and_then(|other| Time::from_micros(other.timestamp_micros()));
        assert_eq!(time, other, "chrono reads `{line}` in another way");
        if let Some(time) = time {
            assert_eq!(Time::parse(&time.to_string()).ok(), Some(time));
            times.push(time);
        }
        match Span::parse(line) {
            Ok(span) => assert_eq!(Span::parse(&span.to_string()).ok(), Some(span)),
            Err(error) => told(&error, bytes),
        }
        match Format::parse(line) {
            Ok(format) => assert_eq!(format.as_str(), line),
            Err(error) => told(&error, bytes),
        }
        Time::parse(line).err().iter().for_each(|error| told(error, bytes));
        Mapping::from_json(line).err().iter().for_each(|error| told(error, bytes));
        match Zone::parse(line) {
            Ok(zone) => {
                assert_eq!(zone.name(), line);
                zones.push(zone);
            }
            Err(error) => told(&error, bytes),
        }
    }
    for &time in times.iter().take(4) {
        for &zone in &zones {
            let start = zone.start_of(zone.date(time));
            assert!(start <= time, "{time} is before its day begins at {start} in {}", zone.name());
        }
    }
    if let [from, to, ..] = times[..] {
        // A century of days is the most that is cut, and takes its time.
        let to = to.min(from.plus(3000 * DAY));
        let Ok(window) = Window::new(from, to) else { return };
        for &zone in zones.iter().take(3) {
            for bucket in [Bucket::Day, Bucket::Week, Bucket::Month, Bucket::Quarter] {
                cut(bucket, window, zone);
            }
        }
    }
}

/// Buckets lie side by side, fill the window, and hold their own instants.
fn cut(bucket: Bucket, window: Window, zone: Zone) {
    let edges = bucket.cut(window, zone).unwrap();
    let periods = edges.periods();
    assert_eq!(periods.first().map(|period| period.from), Some(window.from), "{bucket:?} {window:?} {}", zone.name());
    assert_eq!(periods.last().map(|period| period.to), Some(window.to), "{bucket:?} {window:?} {}", zone.name());
    assert!(periods.windows(2).all(|pair| pair[0].to == pair[1].from));
    for (index, period) in periods.iter().enumerate() {
        assert!(period.from < period.to);
        assert_eq!(edges.index(period.from), index);
        assert_eq!(edges.index(period.to.plus(-1)), index);
    }
}
