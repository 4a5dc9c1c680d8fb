//! Tails and quantiles of the normal, t, χ², F, binomial and Poisson distributions.
//!
//! A tail always comes from a survival function, never from `1 − cdf`, so it stays right down to 1e-300. Everything
//! is built on crate `libm`, so the last bit is the same on every platform; statrs, whose quantiles take the
//! platform's `ln` and whose t tails lose digits from 1e4 degrees of freedom on, is only compared with in tests.

use super::special;

/// The most degrees of freedom before t is the normal distribution to the last digit.
const NORMAL_FROM: f64 = 1e17;

/// The chance that a standard normal variable is above z.
///
/// # Source
/// DLMF 7.17; `erfc` after Sun's fdlibm, with the rounding of z/√2 put back.
pub fn normal_sf(z: f64) -> f64 {
    const HIGH: f64 = std::f64::consts::FRAC_1_SQRT_2;
    const LOW: f64 = -4.833_646_656_726_457e-17;
    let scaled = z * HIGH;
    let tail = 0.5 * libm::erfc(scaled);
    if scaled > 1.0 && tail > 0.0 {
        let lost = z.mul_add(HIGH, -scaled) + z * LOW;
        return tail * (1.0 - lost * (2.0 * scaled + 1.0 / scaled));
    }
    tail
}

/// The chance that a standard normal variable is at most z.
pub fn normal_cdf(z: f64) -> f64 {
    normal_sf(-z)
}

/// The p-value of a standard normal statistic against both sides.
pub fn normal_two_sided(z: f64) -> f64 {
    (2.0 * normal_sf(z.abs())).min(1.0)
}

/// The z below which a share p of the standard normal distribution lies; `None` outside 0 < p < 1.
///
/// # Source
/// Wichura: Algorithm AS 241, Applied Statistics 37, 1988, doi:10.2307/2347330 (PPND16), with one Newton step in the
/// tails.
pub fn normal_quantile(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return Some(q * ratio(0.180_625 - q * q, &CENTRE));
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = (-libm::log(tail)).sqrt();
    let z = if r <= 5.0 { ratio(r - 1.6, &MIDDLE) } else { ratio(r - 5.0, &FAR) };
    let density = libm::exp(-0.5 * z * z) * 0.398_942_280_401_432_7;
    let step = if density > 0.0 { (normal_sf(z) - tail) / density } else { 0.0 };
    let z = z + step;
    Some(if q < 0.0 { -z } else { z })
}

fn ratio(x: f64, [up, down]: &[[f64; 8]; 2]) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, term| sum * x + term);
    horner(up) / horner(down)
}

const CENTRE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_545,
    ],
];
const MIDDLE: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
];
const FAR: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_7e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
];

/// The chance that a t variable with `df` degrees of freedom is above t; NaN for `df` not above 0.
///
/// # Definition
/// ½ I(df / (df + t²); df/2, ½) for t > 0.
///
/// # Units
/// None: a chance.
///
/// # Errors
/// NaN for `df` not above 0.
///
/// # Example
/// ```
/// // R 4.2.2: pt(2, 3, lower.tail = FALSE)
/// assert!((truenorth::stats::tail::t_sf(2.0, 3.0) - 0.069_662_984_279_421_6).abs() < 1e-12);
/// ```
///
/// # Source
/// Abramowitz, Stegun: Handbook of mathematical functions, 1964, 26.5.27 and 26.7.1.
pub fn t_sf(t: f64, df: f64) -> f64 {
    if df >= NORMAL_FROM {
        return normal_sf(t);
    }
    let (above, _, _) = t_body(t.abs(), df);
    if t < 0.0 { 1.0 - above } else { above }
}

/// The p-value of a t statistic against both sides.
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    (2.0 * t_sf(t.abs(), df)).min(1.0)
}

/// The t below which a share p of the t distribution lies; `None` outside 0 < p < 1 or for `df` not above 0.
pub fn t_quantile(p: f64, df: f64) -> Option<f64> {
    if df >= NORMAL_FROM {
        return normal_quantile(p);
    }
    if !(p > 0.0 && p < 1.0 && df > 0.0) {
        return None;
    }
    let tail = if p < 0.5 { p } else { 1.0 - p };
    if tail >= 0.5 {
        return Some(0.0);
    }
    let start = -normal_quantile(tail)?;
    let t = special::symmetric_quantile(tail, start, |t| t_body(t, df));
    Some(if p < 0.5 { -t } else { t })
}

/// For t ≥ 0: the tail above, the share between 0 and t, t times the density.
fn t_body(t: f64, df: f64) -> (f64, f64, f64) {
    let square = t * t;
    if square.is_infinite() {
        return (0.0, 0.5, 0.0);
    }
    let (x, y) = (df / (df + square), square / (df + square));
    let (outside, inside) = special::beta(0.5 * df, 0.5, x, y);
    (0.5 * outside, 0.5 * inside, special::beta_density(0.5 * df, 0.5, x, y))
}

/// The chance that a χ² variable with `df` degrees of freedom is above x.
pub fn chi_square_sf(x: f64, df: f64) -> f64 {
    special::gamma(0.5 * df, 0.5 * x).1
}

/// The chance that an F variable with `df1` and `df2` degrees of freedom is above f.
pub fn f_sf(f: f64, df1: f64, df2: f64) -> f64 {
    let (up, down) = (df1 * f, df2);
    special::beta(0.5 * df2, 0.5 * df1, down / (down + up), up / (down + up)).0
}

/// The chance of at most k successes in n trials of chance p.
pub fn binomial_cdf(k: u64, n: u64, p: f64) -> f64 {
    if k >= n { 1.0 } else { special::beta(k as f64 + 1.0, (n - k) as f64, p, 1.0 - p).1 }
}

/// The chance of k successes or more in n trials of chance p.
pub fn binomial_sf(k: u64, n: u64, p: f64) -> f64 {
    match k {
        0 => 1.0,
        k if k > n => 0.0,
        k => special::beta(k as f64, (n - k) as f64 + 1.0, p, 1.0 - p).0,
    }
}

/// The chance of at most k events where `mean` are expected.
pub fn poisson_cdf(k: u64, mean: f64) -> f64 {
    special::gamma(k as f64 + 1.0, mean).1
}

/// The chances that a gamma variable with this shape and scale 1 is at most x and above x.
pub fn gamma_tails(shape: f64, x: f64) -> (f64, f64) {
    special::gamma(shape, x)
}

/// The chances that a beta variable is at most x and above x.
pub fn beta_tails(a: f64, b: f64, x: f64) -> (f64, f64) {
    special::beta(a, b, x, 1.0 - x)
}

/// The x below which a share p of the gamma distribution with this shape and scale 1 lies (`upper`: above which).
pub fn gamma_quantile(shape: f64, p: f64, upper: bool) -> Option<f64> {
    Some(special::gamma_quantile(shape, p, upper)).filter(|x| x.is_finite())
}

/// The x below which a share p of the beta distribution lies.
pub fn beta_quantile(a: f64, b: f64, p: f64) -> Option<f64> {
    Some(special::beta_quantile(a, b, p).0).filter(|x| x.is_finite())
}

/// The x above which a share p of the beta distribution lies.
pub fn beta_upper_quantile(a: f64, b: f64, p: f64) -> Option<f64> {
    Some(special::beta_quantile(b, a, p).1).filter(|x| x.is_finite())
}

/// The odds x / (1 − x) of [`beta_quantile`], or of [`beta_upper_quantile`], without the rounding of 1 − x.
pub(super) fn beta_odds_quantile(a: f64, b: f64, p: f64, upper: bool) -> f64 {
    if upper {
        let (y, x) = special::beta_quantile(b, a, p);
        return x / y;
    }
    let (x, y) = special::beta_quantile(a, b, p);
    x / y
}

/// The share of each tail outside a two-sided interval of this level; `None` outside 0 < level < 1.
pub fn tail_of(level: f64) -> Option<f64> {
    (level > 0.0 && level < 1.0).then_some(0.5 * (1.0 - level))
}

/// The normal critical value of a two-sided interval of this level.
pub fn normal_critical(level: f64) -> Option<f64> {
    tail_of(level).and_then(normal_quantile).map(f64::abs)
}

/// The t critical value of a two-sided interval of this level.
pub fn t_critical(level: f64, df: f64) -> Option<f64> {
    tail_of(level).and_then(|tail| t_quantile(tail, df)).map(f64::abs)
}
