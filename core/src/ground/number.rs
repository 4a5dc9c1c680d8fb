//! Guards that NaN and infinity cannot pass, each written once.

use super::error::{Error, ErrorCode, Result};

/// The value, if it is neither NaN nor infinite.
///
/// # Errors
/// [`ErrorCode::OutOfRange`] otherwise.
pub fn finite(value: f64) -> Result<f64> {
    if value.is_finite() { Ok(value) } else { Err(out_of_range("a finite number", value)) }
}

/// The value, if it is finite and above zero.
///
/// # Errors
/// [`ErrorCode::OutOfRange`] otherwise.
pub fn positive(value: f64) -> Result<f64> {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(out_of_range("above 0", value)) }
}

/// The value, if it lies in [0, 1].
///
/// # Errors
/// [`ErrorCode::OutOfRange`] otherwise.
pub fn share(value: f64) -> Result<f64> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(out_of_range("between 0 and 1", value)) }
}

/// The value, if it lies strictly inside (0, 1), as a confidence level must.
///
/// # Errors
/// [`ErrorCode::OutOfRange`] otherwise.
pub fn open_share(value: f64) -> Result<f64> {
    if value > 0.0 && value < 1.0 { Ok(value) } else { Err(out_of_range("above 0 and below 1", value)) }
}

/// The value as a whole number, if it is one of at most 2⁵³ − 1 in size: beyond that a float's whole numbers have gaps.
#[cfg(feature = "flags")]
pub(crate) fn whole(value: f64) -> Option<i64> {
    const MOST: f64 = 9_007_199_254_740_991.0;
    (value.fract() == 0.0 && value.abs() <= MOST).then_some(value as i64)
}

fn out_of_range(expected: &str, found: f64) -> Error {
    Error::new(ErrorCode::OutOfRange, format!("must be {expected}, was `{found}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_guard_lets_nan_or_infinity_through() {
        for guard in [finite, positive, share, open_share] {
            for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                assert_eq!(guard(value).unwrap_err().code(), ErrorCode::OutOfRange);
            }
        }
        assert!(positive(0.0).is_err() && share(0.0).is_ok() && open_share(1.0).is_err());
    }
}
