//! Tails and quantiles against 300-bit ball arithmetic: `special_forward.json` and `special_inverse.json` of the
//! reference folder (Arb through python-flint; inputs as hex doubles, 40 digits), and against statrs 0.19.1 in the
//! ranges where that library is good.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests may fail loudly")]

mod stats_support;

use stats_support::{error, outside};
use truenorth::stats::tail;

fn hex(text: &str) -> f64 {
    let (sign, rest) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    let (mantissa, exponent) = rest.trim_start_matches("0x").split_once('p').unwrap();
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = u64::from_str_radix(&format!("{whole}{fraction}"), 16).unwrap() as f64;
    let power = exponent.parse::<i32>().unwrap() - 4 * i32::try_from(fraction.len()).unwrap();
    // In two steps, so that subnormal results do not underflow on the way.
    sign * libm::ldexp(libm::ldexp(digits, power / 2), power - power / 2)
}

fn value(name: &str, x: &[f64]) -> Option<f64> {
    Some(match name {
        "norm_sf" => tail::normal_sf(x[0]),
        "norm_cdf" => tail::normal_cdf(x[0]),
        "t_sf" => tail::t_sf(x[1], x[0]),
        "beta_reg" => tail::beta_tails(x[0], x[1], x[2]).0,
        "gamma_p" => tail::gamma_tails(x[0], x[1]).0,
        "gamma_q" => tail::gamma_tails(x[0], x[1]).1,
        "norm_ppf" => tail::normal_quantile(x[0])?,
        "t_ppf" => tail::t_quantile(x[1], x[0])?,
        "beta_ppf" => tail::beta_quantile(x[0], x[1], x[2])?,
        "gamma_ppf" => tail::gamma_quantile(x[0], x[1], false)?,
        _ => return None,
    })
}

fn worst(file: &str) {
    let Some(cases) = outside("TRUENORTH_REFERENCE", "../shared/reference", &format!("experiments/{file}")) else {
        return;
    };
    let (mut passed, mut skipped, mut failed) = (0, 0, Vec::new());
    for case in cases.as_array().unwrap() {
        let name = case[0].as_str().unwrap();
        let x: Vec<f64> = case[1].as_array().unwrap().iter().map(|h| hex(h.as_str().unwrap())).collect();
        let expected: f64 = case[2].as_str().unwrap().parse().unwrap();
        let Some(found) = value(name, &x) else {
            skipped += 1;
            continue;
        };
        let shape = if name.starts_with("beta") { x[0].max(x[1]) } else { x[0] };
        let allowed = if shape >= 1e7 { 1e-11 } else { 1e-12 };
        // Below the smallest normal double there are no twelve digits.
        if error(found, expected) <= allowed || (found - expected).abs() < f64::MIN_POSITIVE {
            passed += 1;
        } else {
            failed.push(format!("{name}{x:?}: {found:e}, expected {expected:e}, {:.1e}", error(found, expected)));
        }
    }
    println!("{file}: {passed} passed, {} failed, {skipped} skipped (functions not offered)", failed.len());
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn forward() {
    worst("special_forward.json");
}

#[test]
fn inverse() {
    worst("special_inverse.json");
}

#[test]
fn statrs_agrees_where_it_is_good() {
    use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
    let normal = Normal::new(0.0, 1.0).unwrap();
    for i in 1..1000 {
        let p = f64::from(i) / 1000.0;
        let gap = error(tail::normal_quantile(p).unwrap(), normal.inverse_cdf(p));
        assert!(gap < 1e-14 || i == 500, "normal quantile at {p}: {gap:e}");
    }
    for df in [1.0, 2.0, 7.5, 30.0, 300.0] {
        let student = StudentsT::new(0.0, 1.0, df).unwrap();
        for i in 1..60 {
            let t = f64::from(i) / 5.0;
            let gap = error(tail::t_sf(t, df), student.sf(t));
            assert!(gap < 1e-11, "t tail at {t} with {df}: {gap:e}");
        }
    }
}

#[test]
fn no_argument_panics_or_hangs() {
    let odd = [f64::NAN, f64::NEG_INFINITY, -1.0, 0.0, 5e-324, 0.3, 7.0, 1e12, f64::INFINITY];
    let mut finite = 0_u32;
    for a in odd {
        for b in odd {
            for c in odd {
                let values = [
                    tail::beta_tails(a, b, c).0,
                    tail::f_sf(a, b, c),
                    tail::beta_quantile(a, b, c).unwrap_or(0.0),
                    tail::beta_upper_quantile(a, b, c).unwrap_or(0.0),
                ];
                finite += values.iter().map(|v| u32::from(v.is_finite())).sum::<u32>();
            }
            let values = [
                tail::t_sf(a, b),
                tail::t_quantile(a, b).unwrap_or(0.0),
                tail::gamma_tails(a, b).0,
                tail::gamma_quantile(a, b, true).unwrap_or(0.0),
                tail::chi_square_sf(a, b),
            ];
            finite += values.iter().map(|v| u32::from(v.is_finite())).sum::<u32>();
        }
    }
    assert!(finite > 500);
    assert_eq!(tail::t_sf(1.0, -1.0).to_bits() & f64::NAN.to_bits(), f64::NAN.to_bits());
    assert_eq!(tail::normal_quantile(0.0), None);
    assert_eq!(tail::t_critical(f64::NAN, 3.0), None);
}
