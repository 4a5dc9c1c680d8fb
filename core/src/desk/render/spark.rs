//! A series in one line of text.

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ASCII: [char; 8] = ['_', '.', ',', '-', '=', '+', '*', '#'];

/// A line as long as the series: its lowest value lowest, its highest highest, a space where nothing is known.
pub(crate) fn spark(values: impl Iterator<Item = Option<f64>> + Clone, unicode: bool) -> String {
    let known = values.clone().flatten().filter(|value| value.is_finite());
    let low = known.clone().fold(f64::INFINITY, f64::min);
    let high = known.fold(f64::NEG_INFINITY, f64::max);
    let glyphs = if unicode { BLOCKS } else { ASCII };
    values
        .map(|value| match value {
            Some(value) if value.is_finite() => {
                // All the same is drawn in the middle: neither good nor bad.
                let place = if high > low { ((value - low) / (high - low) * 7.0).round() } else { 3.0 };
                glyphs.get(place as usize).copied().unwrap_or(' ')
            }
            _ => ' ',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::spark;

    #[test]
    fn gaps_stay_gaps_and_the_range_is_used() {
        let series = [Some(1.0), None, Some(8.0), Some(4.5), Some(f64::NAN)];
        assert_eq!(spark(series.into_iter(), true), "▁ █▅ ");
        assert_eq!(spark(series.into_iter(), false), "_ #= ");
        assert_eq!(spark([Some(3.0); 3].into_iter(), true), "▄▄▄");
        assert_eq!(spark(std::iter::empty(), true), "");
        assert_eq!(spark([Some(-1e308), Some(1e308)].into_iter(), true).chars().count(), 2);
    }
}
