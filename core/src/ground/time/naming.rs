//! What people call a window: `September 2025`, `the quarter before`.

use chrono::{Datelike as _, Months, NaiveDate};

use super::{Window, Zone};

impl Window {
    /// What people call it on the wall calendar of `zone`.
    pub(crate) fn name(&self, zone: Zone) -> String {
        let Some((first, next)) = self.dates(zone) else {
            let said = |time| zone.local(time).format("%Y-%m-%d %H:%M").to_string();
            return format!("{} to {}", said(self.from), said(self.to));
        };
        match whole_months(first, next) {
            Some(12) if first.month() == 1 => return first.format("%Y").to_string(),
            Some(3) if first.month0() % 3 == 0 => return format!("Q{} {}", first.month0() / 3 + 1, first.year()),
            Some(1) => return first.format("%B %Y").to_string(),
            _ => {}
        }
        let last = next.pred_opt().unwrap_or(first);
        let end = last.format("%-d %B %Y");
        if first == last {
            end.to_string()
        } else if (first.year(), first.month()) == (last.year(), last.month()) {
            format!("{}–{end}", first.day())
        } else if first.year() == last.year() {
            format!("{} – {end}", first.format("%-d %B"))
        } else {
            format!("{} – {end}", first.format("%-d %B %Y"))
        }
    }

    /// What people call `other` when they speak about this window: `the month before`, `in March 2024`.
    pub(crate) fn beside(&self, other: &Window, zone: Zone) -> String {
        let far = || format!("in {}", other.name(zone));
        if other.to != self.from {
            return far();
        }
        let (Some((first, next)), Some((then, _))) = (self.dates(zone), other.dates(zone)) else { return far() };
        let months = whole_months(first, next);
        if months.is_some() && months == whole_months(then, first) {
            match months {
                Some(1) => return "the month before".to_owned(),
                Some(3) => return "the quarter before".to_owned(),
                Some(12) => return "the year before".to_owned(),
                _ => {}
            }
        }
        match (next - first).num_days() {
            days if days != (first - then).num_days() => far(),
            1 => "the day before".to_owned(),
            7 => "the week before".to_owned(),
            days => format!("the {days} days before"),
        }
    }

    /// The first day inside and the first after, when the window holds whole days.
    fn dates(&self, zone: Zone) -> Option<(NaiveDate, NaiveDate)> {
        let (first, next) = (zone.date(self.from), zone.date(self.to));
        (zone.start_of(first) == self.from && zone.start_of(next) == self.to).then_some((first, next))
    }
}

fn whole_months(first: NaiveDate, next: NaiveDate) -> Option<u32> {
    let months = (next.year() - first.year()) * 12 + next.month() as i32 - first.month() as i32;
    let months = u32::try_from(months).ok()?;
    (first.day() == 1 && first.checked_add_months(Months::new(months)) == Some(next)).then_some(months)
}

#[cfg(test)]
mod tests {
    use crate::ground::time::{Time, Window, Zone};

    fn window(from: &str, to: &str, zone: Zone) -> Window {
        let time = |text: &str| {
            if text.len() == 10 { zone.start_of(text.parse().unwrap()) } else { Time::parse(text).unwrap() }
        };
        Window::new(time(from), time(to)).unwrap()
    }

    #[test]
    fn windows_have_the_names_that_people_give_them() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        for (from, to, name) in [
            ("2025-09-01", "2025-10-01", "September 2025"),
            ("2025-07-01", "2025-10-01", "Q3 2025"),
            ("2025-01-01", "2026-01-01", "2025"),
            ("2025-09-01", "2025-09-15", "1–14 September 2025"),
            ("2025-09-14", "2025-09-15", "14 September 2025"),
            ("2025-03-03", "2025-09-15", "3 March – 14 September 2025"),
            ("2024-03-03", "2025-03-03", "3 March 2024 – 2 March 2025"),
            ("2025-09-01T10:00:00Z", "2025-09-02T10:30:00Z", "2025-09-01 12:00 to 2025-09-02 12:30"),
        ] {
            assert_eq!(window(from, to, zone).name(zone), name);
        }
        for (this, other, name) in [
            (("2025-03-01", "2025-04-01"), ("2025-02-01", "2025-03-01"), "the month before"),
            (("2025-07-01", "2025-10-01"), ("2025-04-01", "2025-07-01"), "the quarter before"),
            (("2025-07-08", "2025-07-15"), ("2025-07-01", "2025-07-08"), "the week before"),
            (("2025-03-20", "2025-04-19"), ("2025-02-18", "2025-03-20"), "the 30 days before"),
            (("2025-03-01", "2025-04-01"), ("2024-03-01", "2024-04-01"), "in March 2024"),
        ] {
            assert_eq!(window(this.0, this.1, zone).beside(&window(other.0, other.1, zone), zone), name);
        }
    }
}
