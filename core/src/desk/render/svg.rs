//! A chart as inline SVG: a line with its interval, gaps where nothing is known, cut buckets hollow and dashed.

use std::fmt::Write as _;

use super::document::{Chart, Point};
use super::escape::html as safe;
use crate::facts::human::{Scale, count};

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 180.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 22.0;
/// More points than this are drawn without dots and tips.
const MOST_DOTS: usize = 120;

/// Where values and buckets lie on the page.
struct Plane {
    top: f64,
    count: usize,
}

impl Plane {
    fn x(&self, index: usize) -> f64 {
        let room = WIDTH - LEFT - RIGHT;
        LEFT + room * (index as f64 + 0.5) / self.count.max(1) as f64
    }

    fn y(&self, value: f64) -> f64 {
        let room = HEIGHT - TOP - BOTTOM;
        TOP + room * (1.0 - (value / self.top).clamp(0.0, 1.0))
    }
}

/// A chart with a title and a description for those who do not see it; `id` tells charts of one page apart.
pub(super) fn chart(chart: &Chart, by: &str, id: usize) -> String {
    let (plane, ticks) = plane(chart);
    let mut out = format!(
        "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"t{id} d{id}\">\
         <title id=\"t{id}\">{} {}</title><desc id=\"d{id}\">{}</desc>",
        safe(&chart.title),
        safe(by),
        safe(&described(chart)),
    );
    for (value, label) in &ticks {
        let y = plane.y(*value);
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            y + 3.5,
            safe(label),
        );
    }
    out.push_str(&limits(chart, &plane));
    out.push_str(&bands(chart, &plane));
    out.push_str(&lines(chart, &plane));
    out.push_str(&dots(chart, &plane));
    out.push_str(&names(chart, &plane));
    out.push_str("</svg>");
    out
}

/// A value and its interval on the common scale of a column, from 0 to 1.
pub(super) fn whisker([low, value, high]: [f64; 3]) -> String {
    let x = |place: f64| 3.0 + place * 74.0;
    format!(
        "<svg class=\"whisker\" viewBox=\"0 0 80 8\" aria-hidden=\"true\"><line class=\"rail\" x1=\"3\" x2=\"77\" y1=\"4\" \
         y2=\"4\"/><line x1=\"{:.1}\" x2=\"{:.1}\" y1=\"4\" y2=\"4\"/><circle cx=\"{:.1}\" cy=\"4\" r=\"2.6\"/></svg>",
        x(low),
        x(high),
        x(value)
    )
}

/// Lines to stay under or above, named above the plot, where they cover nothing.
fn limits(chart: &Chart, plane: &Plane) -> String {
    let mut out = String::new();
    let mut labels = Vec::new();
    for (value, label) in chart.limits.iter().filter(|(value, _)| *value <= plane.top) {
        let y = plane.y(*value);
        let right = WIDTH - RIGHT;
        let _ = write!(out, "<line class=\"limit\" x1=\"{LEFT}\" x2=\"{right:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>");
        labels.push(safe(label));
    }
    if !labels.is_empty() {
        let _ = write!(
            out,
            "<text class=\"limit-name\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">⋯ {}</text>",
            WIDTH - RIGHT,
            TOP - 5.0,
            labels.join(", ")
        );
    }
    out
}

/// From zero to a little above the values; very wide intervals are cut, so that they do not flatten everything.
fn plane(chart: &Chart) -> (Plane, Vec<(f64, String)>) {
    let most = |values: &dyn Fn(&Point) -> Option<f64>| {
        chart.points.iter().filter_map(values).fold(0.0, |most: f64, value| most.max(value))
    };
    let value = most(&|point| point.value);
    let high = most(&|point| point.high).min(value * 2.2);
    let limit = chart.limits.iter().map(|(limit, _)| *limit).fold(0.0, f64::max);
    let near = if limit <= value.max(high) * 1.6 { limit * 1.08 } else { 0.0 };
    let top = [value * 1.08, high * 1.04, near].into_iter().fold(0.0, f64::max);
    let top = if top > 0.0 && top.is_finite() { top } else { 1.0 };
    let scale = Scale::of(chart.unit, top);
    let step = nice(scale.scaled(top) / 4.2);
    let decimals = (-libm::floor(libm::log10(step) + 1e-9)).clamp(0.0, 6.0) as usize;
    let ticks = (0..6)
        .map(|count| f64::from(count) * step)
        .filter(|tick| *tick <= scale.scaled(top) * (1.0 + 1e-9))
        .map(|tick| (scale.wire(tick), scale.bare(scale.wire(tick), decimals, false) + scale.short))
        .collect();
    (Plane { top, count: chart.points.len() }, ticks)
}

/// The nearest of 1, 2, 5, 10, 20, 50, … at or above.
fn nice(step: f64) -> f64 {
    let size = libm::pow(10.0, libm::floor(libm::log10(step)));
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|one| one * size).find(|one| *one >= step * (1.0 - 1e-9)).unwrap_or(step)
}

/// Stretches of neighbouring points of which `known` holds.
fn runs(chart: &Chart, known: impl Fn(&Point) -> bool) -> Vec<Vec<(usize, &Point)>> {
    let mut runs: Vec<Vec<(usize, &Point)>> = vec![Vec::new()];
    for (index, point) in chart.points.iter().enumerate() {
        if known(point) {
            if let Some(run) = runs.last_mut() {
                run.push((index, point));
            }
        } else if runs.last().is_some_and(|run| !run.is_empty()) {
            runs.push(Vec::new());
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn bands(chart: &Chart, plane: &Plane) -> String {
    let mut out = String::new();
    for run in runs(chart, |point| point.value.is_some() && (point.low.is_some() || point.high.is_some())) {
        let edge = |low: bool| {
            run.iter().map(move |(index, point)| {
                // An end that is not bounded runs to the edge.
                let end = if low { point.low.unwrap_or(0.0) } else { point.high.unwrap_or(plane.top) };
                (plane.x(*index), plane.y(end))
            })
        };
        if let [(index, _)] = run.as_slice() {
            let (x, low, high) = (plane.x(*index), edge(true).next(), edge(false).next());
            if let (Some((_, low)), Some((_, high))) = (low, high) {
                let (left, tall) = (x - 2.0, (low - high).max(0.5));
                let _ = write!(
                    out,
                    "<rect class=\"band\" x=\"{left:.1}\" y=\"{high:.1}\" width=\"4\" height=\"{tall:.1}\"/>"
                );
            }
            continue;
        }
        let mut back: Vec<_> = edge(true).collect();
        back.reverse();
        let path: Vec<_> = edge(false).chain(back).map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let _ = write!(out, "<path class=\"band\" d=\"M{}Z\"/>", path.join("L"));
    }
    out
}

fn lines(chart: &Chart, plane: &Plane) -> String {
    let mut out = String::new();
    for run in runs(chart, |point| point.value.is_some()) {
        for pair in run.windows(2) {
            let [(a, from), (b, to)] = pair else { continue };
            let class = if from.partial || to.partial { "line cut" } else { "line" };
            let at = |index: usize, point: &Point| {
                format!("{:.1} {:.1}", plane.x(index), plane.y(point.value.unwrap_or(0.0)))
            };
            let _ = write!(out, "<path class=\"{class}\" d=\"M{}L{}\"/>", at(*a, from), at(*b, to));
        }
    }
    out
}

fn dots(chart: &Chart, plane: &Plane) -> String {
    let mut out = String::new();
    let few = chart.points.len() <= MOST_DOTS;
    let wide = (WIDTH - LEFT - RIGHT) / plane.count.max(1) as f64;
    let known = |index: usize| chart.points.get(index).is_some_and(|point| point.value.is_some());
    for (index, point) in chart.points.iter().enumerate() {
        // A point without neighbours is seen only as a dot.
        let alone = (index == 0 || !known(index - 1)) && !known(index + 1);
        if let Some(value) = point.value
            && (few || alone)
        {
            let class = if point.partial { "dot cut" } else { "dot" };
            let (x, y) = (plane.x(index), plane.y(value));
            let _ = write!(out, "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.6\"/>");
        }
        if few {
            let left = plane.x(index) - wide / 2.0;
            let _ = write!(
                out,
                "<rect class=\"tip\" x=\"{left:.1}\" y=\"{TOP}\" width=\"{wide:.1}\" height=\"{:.1}\"><title>{}</title></rect>",
                HEIGHT - TOP - BOTTOM,
                safe(&tip(chart, point)),
            );
        }
    }
    out
}

fn tip(chart: &Chart, point: &Point) -> String {
    let value = point.said(chart.unit).unwrap_or_else(|| "not known".to_owned());
    let range = point.range(chart.unit).map_or_else(String::new, |range| format!(" ({range})"));
    let cut = if point.partial { ", cut short by the window" } else { "" };
    format!("{}: {value}{range}, {} {}{cut}", point.label, count(point.n), chart.basis)
}

/// The first, the middle and the last bucket by name.
fn names(chart: &Chart, plane: &Plane) -> String {
    let last = chart.points.len().saturating_sub(1);
    let mut places = vec![(0, "start"), (last / 2, "middle"), (last, "end")];
    places.dedup_by_key(|place| place.0);
    let mut out = String::new();
    for (index, anchor) in places {
        let Some(point) = chart.points.get(index) else { continue };
        let x = match anchor {
            "start" => LEFT,
            "end" => WIDTH - RIGHT,
            _ => plane.x(index),
        };
        let _ = write!(
            out,
            "<text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            HEIGHT - 5.0,
            safe(&point.label)
        );
    }
    out
}

fn described(chart: &Chart) -> String {
    let known: Vec<_> = chart.points.iter().filter(|point| point.value.is_some()).collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return "Nothing is known of it in any bucket.".to_owned();
    };
    let by_value = |a: &&&Point, b: &&&Point| a.value.unwrap_or(0.0).total_cmp(&b.value.unwrap_or(0.0));
    let named = |point: &Point| format!("{} in {}", point.said(chart.unit).unwrap_or_default(), point.label);
    let extremes = match (known.iter().min_by(by_value), known.iter().max_by(by_value)) {
        (Some(low), Some(high)) => format!(" Lowest {}, highest {}.", named(low), named(high)),
        _ => String::new(),
    };
    let gaps = chart.points.len() - known.len();
    let gaps = if gaps == 0 { String::new() } else { format!(" Not known in {gaps} of {}.", chart.points.len()) };
    format!("From {} to {}.{extremes}{gaps} The table below has all values.", named(first), named(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Unit;

    fn series(values: &[Option<f64>]) -> Chart {
        let points = values
            .iter()
            .enumerate()
            .map(|(index, &value)| Point {
                label: format!("W{index}"),
                partial: index == 0,
                value,
                low: value.map(|value| value * 0.9),
                high: value.map(|value| value * 1.1),
                n: 3,
            })
            .collect();
        Chart { title: "Lead time".into(), unit: Unit::Seconds, basis: "changes".into(), points, limits: Vec::new() }
    }

    #[test]
    fn gaps_are_not_drawn_over_and_cut_buckets_are_marked() {
        let drawn = chart(&series(&[Some(60.0), Some(70.0), None, Some(80.0), None]), "by week", 1);
        // One stroke joins the first two; the fourth stands alone, with a band of its own.
        assert_eq!((drawn.matches("class=\"line").count(), drawn.matches("class=\"line cut\"").count()), (1, 1));
        assert_eq!((drawn.matches("class=\"dot\"").count(), drawn.matches("class=\"dot cut\"").count()), (2, 1));
        assert_eq!(
            (drawn.matches("<path class=\"band\"").count(), drawn.matches("<rect class=\"band\"").count()),
            (1, 1)
        );
        assert!(drawn.contains(
            "<desc id=\"d1\">From 60 s in W0 to 80 s in W3. Lowest 60 s in W0, highest 80 s in W3. Not known in 2 of 5."
        ));
    }

    #[test]
    fn odd_series_draw_finite_pictures() {
        let most = f64::MAX / 4.0;
        for values in [vec![], vec![None; 3], vec![Some(0.0); 2], vec![Some(-5.0)], vec![Some(most), Some(1e-300)]] {
            let drawn = chart(&series(&values), "by week", 1);
            assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
        }
        let long = chart(&series(&vec![Some(1.0); 5000]), "by day", 1);
        assert_eq!(long.matches("class=\"tip\"").count(), 0);
    }

    #[test]
    fn ticks_are_round_and_begin_at_zero() {
        let (_, ticks) = plane(&series(&[Some(2531.0), Some(4000.0)]));
        let labels: Vec<_> = ticks.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(labels, ["0 min", "20 min", "40 min", "60 min"]);
    }
}
