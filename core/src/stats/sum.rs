//! Sums that keep their digits, and the two moments built on them.

/// A running sum that carries what rounding loses.
///
/// # Source
/// Neumaier: Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, ZAMM 54, 1974,
/// doi:10.1002/zamm.19740540106.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    /// Adds one value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        let next = self.total + value;
        self.lost +=
            if self.total.abs() >= value.abs() { (self.total - next) + value } else { (value - next) + self.total };
        self.total = next;
    }

    /// The sum so far; an infinity or NaN among the values stays what it is.
    #[inline]
    pub fn total(&self) -> f64 {
        if self.total.is_finite() { self.total + self.lost } else { self.total }
    }
}

impl Extend<f64> for Sum {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        for value in values {
            self.add(value);
        }
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut sum = Self::default();
        sum.extend(values);
        sum
    }
}

/// The sum of values, as exact as one double can hold unless they cancel beyond 1e16 of their size.
pub fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().collect::<Sum>().total()
}

/// The arithmetic mean; `None` without values.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| sum(values.iter().copied()) / values.len() as f64)
}

/// The sample variance with denominator n − 1; `None` for fewer than two values.
///
/// # Definition
/// [Σ(x − x̄)² − (Σ(x − x̄))² / n] / (n − 1), in two passes; the second term takes back the rounding of the mean.
///
/// # Units
/// The square of those of the values.
///
/// # Errors
/// `None` below two values.
///
/// # Example
/// ```
/// assert_eq!(truenorth::stats::sum::variance(&[1.0, 2.0, 3.0]), Some(1.0));
/// ```
///
/// # Source
/// Chan, Golub, LeVeque: Algorithms for computing the sample variance, American Statistician 37, 1983,
/// doi:10.1080/00031305.1983.10483115.
pub fn variance(values: &[f64]) -> Option<f64> {
    let n = values.len();
    if n < 2 {
        return None;
    }
    let centre = mean(values)?;
    let squares = sum(values.iter().map(|x| (x - centre) * (x - centre)));
    let rest = sum(values.iter().map(|x| x - centre));
    Some((squares - rest * rest / n as f64).max(0.0) / (n as f64 - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_a_plain_sum_loses() {
        // Neumaier's own example: a plain and a Kahan sum both give 0.
        assert!((sum([1.0, 1e100, 1.0, -1e100]) - 2.0).abs() < f64::EPSILON);
        assert!((sum((0..10).map(|_| 0.1)) - 1.0).abs() < f64::EPSILON / 4.0);
        assert!(sum([f64::INFINITY, 1.0]).is_infinite());
        assert!(sum([f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    #[test]
    fn variance_survives_a_large_offset() {
        // NIST StRD NumAcc4: mean 10000000.2, standard deviation 0.1, n 1001.
        let mut values = vec![10_000_000.2];
        for _ in 0..500 {
            values.extend([10_000_000.1, 10_000_000.3]);
        }
        assert!((mean(&values).unwrap() - 10_000_000.2).abs() < 1e-8);
        assert!((variance(&values).unwrap().sqrt() - 0.1).abs() < 1e-9);
        assert_eq!(variance(&[1.0]), None);
        assert_eq!(mean(&[]), None);
    }
}
