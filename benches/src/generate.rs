//! A large organisation's year as JSON lines, made from a seed.
//!
//! Per ten million rows: 8.0 million changes, 1.8 million deployments and 0.2 million incidents of 2,000 services in 250
//! teams over 365 days, services as busy as Zipf's law has it, lines in no order, and one line in a hundred twice.

use std::io::{self, Write};

use truenorth::ground::random::Philox;
use truenorth::ground::time::{SECOND, Time};

/// How many services there are.
pub const SERVICES: u32 = 2000;
const TEAMS: u32 = 250;
const SEED: u64 = 20_261_120;
/// 2025-01-01T00:00:00Z in seconds.
const BEGIN: i64 = 1_735_689_600;
const DAY: i64 = 86_400;

/// Writes so many events, and one in a hundred of them again; gives the number of lines.
///
/// # Errors
/// Those of the writer.
pub fn write(rows: u32, out: &mut impl Write) -> io::Result<u64> {
    let maker = Maker::new(rows);
    let mut order: Vec<u32> = (0..rows).collect();
    let mut random = Philox::new(SEED, u64::MAX);
    let twice = (0..rows / 100).map(|_| random.below(u64::from(rows)) as u32);
    order.extend(twice.collect::<Vec<_>>());
    random.shuffle(&mut order);
    let mut line = Vec::with_capacity(512);
    for &row in &order {
        line.clear();
        maker.line(row, &mut line)?;
        out.write_all(&line)?;
    }
    Ok(order.len() as u64)
}

struct Maker {
    /// The shares of all services up to each.
    shares: Vec<f64>,
    changes: u32,
    deployments: u32,
}

impl Maker {
    fn new(rows: u32) -> Self {
        let mut shares = Vec::new();
        let mut total = 0.0;
        for rank in 1..=SERVICES {
            total += libm::pow(f64::from(rank), -0.6);
            shares.push(total);
        }
        for share in &mut shares {
            *share /= total;
        }
        let part = |of: u64| (u64::from(rows) * of / 100) as u32;
        Self { shares, changes: part(80), deployments: part(18) }
    }

    /// A row is made from its own stream, so that it can be written anywhere, and twice.
    fn line(&self, row: u32, line: &mut Vec<u8>) -> io::Result<()> {
        let random = &mut Philox::new(SEED, u64::from(row));
        let uniform = random.uniform();
        let service = self.shares.partition_point(|&share| share <= uniform).min(SERVICES as usize - 1) as u32;
        let team = service * 7919 % TEAMS;
        let time = BEGIN + random.below((365 * DAY) as u64) as i64;
        if row < self.changes {
            let merged = time + (log_normal(random, 10.0, 1.6) as i64).min(60 * DAY);
            write!(line, "{{\"change\":{{\"sha\":\"")?;
            for _ in 0..5 {
                write!(line, "{:08x}", random.next_u32())?;
            }
            write!(
                line,
                "\",\"service\":\"service-{service:04}\",\"team\":\"team-{team:03}\",\"committedAt\":\"{}\",",
                at(time)
            )?;
            write!(line, "\"mergedAt\":\"{}\"", at(merged))?;
        } else if row < self.changes + self.deployments {
            let id = row - self.changes;
            let environment = match random.uniform() {
                share if share < 0.60 => "production",
                share if share < 0.85 => "staging",
                _ => "development",
            };
            let status = if random.uniform() < 0.96 { "success" } else { "failure" };
            write!(
                line,
                "{{\"deployment\":{{\"id\":\"deploy-{id:08}\",\"service\":\"service-{service:04}\",\"team\":\"team-{team:03}\","
            )?;
            write!(
                line,
                "\"environment\":\"{environment}\",\"version\":\"2025.{id}\",\"finishedAt\":\"{}\",\"status\":\"{status}\"",
                at(time)
            )?;
            if random.uniform() < 0.03 {
                write!(line, ",\"rework\":true")?;
            }
        } else {
            let id = row - self.changes - self.deployments;
            let resolved = time + (log_normal(random, 8.2, 1.4) as i64).min(30 * DAY);
            let severity = 1 + random.below(4);
            write!(
                line,
                "{{\"incident\":{{\"id\":\"INC-{id:07}\",\"service\":\"service-{service:04}\",\"team\":\"team-{team:03}\","
            )?;
            write!(line, "\"severity\":\"sev{severity}\",\"startedAt\":\"{}\"", at(time))?;
            if random.uniform() < 0.95 {
                write!(line, ",\"resolvedAt\":\"{}\"", at(resolved))?;
            }
        }
        line.extend_from_slice(b"}}\n");
        Ok(())
    }
}

fn at(seconds: i64) -> Time {
    Time::saturating(seconds * SECOND)
}

/// Box and Muller's way to a normal value, then raised.
fn log_normal(random: &mut Philox, location: f64, scale: f64) -> f64 {
    let radius = libm::sqrt(-2.0 * libm::log(1.0 - random.uniform()));
    let normal = radius * libm::cos(std::f64::consts::TAU * random.uniform());
    libm::exp(location + scale * normal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use truenorth::facts::EventTable;
    use truenorth::facts::readers::{Strictness, jsonl::JsonlReader};

    #[test]
    fn every_line_is_taken_and_one_in_a_hundred_comes_twice() {
        let mut text = Vec::new();
        assert_eq!(write(20_000, &mut text).unwrap(), 20_200);
        let mut again = Vec::new();
        write(20_000, &mut again).unwrap();
        assert!(text == again);
        let mut events = EventTable::new();
        let mut reader = JsonlReader::new(0, Strictness::Strict);
        reader.feed(&text, &mut events).unwrap();
        reader.finish(&mut events).unwrap();
        events.settle();
        assert_eq!(
            (events.changes().len(), events.deployments().len(), events.incidents().len()),
            (16_000, 3_600, 400)
        );
    }
}
