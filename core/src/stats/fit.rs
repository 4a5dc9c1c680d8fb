//! Whether counts fall as they should.

use super::NotEnough;
use super::sum::sum;
use super::tail::chi_square_sf;

/// The fewest that must be expected in every part.
pub const FEWEST: f64 = 5.0;

/// How counts fall against how they should.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Pearson's statistic.
    pub chi_square: f64,
    /// The parts less one.
    pub df: u64,
    /// The chance of such a statistic or a larger one where the counts fall as they should.
    pub p: f64,
}

/// Pearson's test of counts in parts that make up a whole.
///
/// # Definition
/// X² = Σ (Oᵢ − n·πᵢ)² / (n·πᵢ) over parts whose share πᵢ is above 0; p is the tail of χ² with their number less one.
/// Shares are divided by their sum.
///
/// # Units
/// Counts; shares from 0 to 1.
///
/// # Errors
/// `oneShare` where fewer than two parts have a share, `fewExpected` where fewer than 5 are expected in one, with how
/// many counts it takes.
///
/// # Example
/// ```
/// // scipy 1.17.1: chisquare([480, 520], [500, 500])
/// let fit = truenorth::stats::fit::goodness(&[480, 520], &[0.5, 0.5]).unwrap();
/// assert!((fit.chi_square - 1.6).abs() < 1e-12 && (fit.p - 0.205_903_210_732_064_66).abs() < 1e-12);
/// ```
///
/// # Source
/// Pearson, Philosophical Magazine 50, 1900, doi:10.1080/14786440009463897; Cochran, Annals of Mathematical Statistics
/// 23, 1952, doi:10.1214/aoms/1177729380, for the least that is expected.
pub fn goodness(observed: &[u64], shares: &[f64]) -> Result<Fit, NotEnough> {
    let whole = sum(shares.iter().copied().filter(|share| *share > 0.0));
    let parts: Vec<(f64, f64)> = observed
        .iter()
        .zip(shares)
        .filter(|(_, share)| **share > 0.0)
        .map(|(&count, &share)| (count as f64, share / whole))
        .collect();
    if parts.len() < 2 {
        return Err(NotEnough::new(parts.len(), 2, "oneShare"));
    }
    let n = sum(parts.iter().map(|(count, _)| *count));
    let least = parts.iter().map(|(_, share)| *share).fold(1.0, f64::min);
    if n * least < FEWEST {
        return Err(NotEnough { have: n as u64, need: (FEWEST / least).ceil() as u64, reason: "fewExpected" });
    }
    let chi_square = sum(parts.iter().map(|(count, share)| {
        let expected = n * share;
        (count - expected) * (count - expected) / expected
    }));
    let df = parts.len() as u64 - 1;
    Ok(Fit { chi_square, df, p: chi_square_sf(chi_square, df as f64) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_held_against_shares_as_scipy_does() {
        // scipy 1.17.1, stats.chisquare.
        let sixth = 1.0 / 6.0;
        let cases: [(&[u64], &[f64], f64, f64); 3] = [
            (&[43, 52, 54, 40, 51, 60], &[sixth; 6], 5.4, 0.369_035_869_570_972_95),
            (&[700, 300], &[0.5, 0.5], 160.0, 1.131_483_790_243_303_8e-36),
            (&[100, 0, 900], &[0.1, 0.01, 0.89], 10.112_359_550_561_798, 0.006_369_847_339_155_681),
        ];
        for (observed, shares, statistic, p) in cases {
            let fit = goodness(observed, shares).unwrap();
            assert!((fit.chi_square / statistic - 1.0).abs() < 1e-12, "{fit:?}");
            assert!((fit.p / p - 1.0).abs() < 1e-10, "{fit:?}");
            assert_eq!(fit.df, observed.len() as u64 - 1);
        }
    }

    #[test]
    fn too_little_says_how_much_it_takes() {
        let few = goodness(&[40, 1], &[0.9, 0.1]).unwrap_err();
        assert_eq!((few.have, few.need, few.reason), (41, 50, "fewExpected"));
        assert!(goodness(&[45, 5], &[0.9, 0.1]).is_ok());
        assert_eq!(goodness(&[45, 0], &[1.0, 0.0]).unwrap_err().reason, "oneShare");
        assert_eq!(goodness(&[], &[]).unwrap_err().reason, "oneShare");
        assert_eq!(goodness(&[0, 0], &[0.5, 0.5]).unwrap_err().reason, "fewExpected");
    }
}
