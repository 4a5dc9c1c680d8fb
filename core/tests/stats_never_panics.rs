//! No input makes a statistic panic or run for ever: any doubles, NaN and infinities too, any sizes, any levels.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests may fail loudly")]

use proptest::prelude::*;
use truenorth::stats::cluster::{ShareVariance, woodruff, woodruff_with_effect};
use truenorth::stats::multiple::{Dependence, adjust, equivalence};
use truenorth::stats::rate::{clopper_pearson, garwood, miettinen_nurminen, newcombe, wilson};
use truenorth::stats::stratified::{
    MixStratum, RateStratum, ShareStratum, mix_change, rate_ratio, share_difference, van_elteren,
};
use truenorth::stats::survival::{Durations, kaplan_meier, restricted_mean_difference};
use truenorth::stats::survival_compare::{Stratum, Weights, median_difference, test};
use truenorth::stats::{Interval, counts, quantile, rank, sum};

fn any_double() -> impl Strategy<Value = f64> {
    prop_oneof![any::<f64>(), -3.0..3.0, Just(f64::NAN), Just(f64::INFINITY), Just(-0.0), (0..4_u8).prop_map(f64::from)]
}

fn level() -> impl Strategy<Value = f64> {
    prop_oneof![8 => Just(0.95), 2 => any_double()]
}

/// An interval shows no infinity and no NaN.
fn honest(interval: &Interval) -> bool {
    [interval.low, interval.high].into_iter().flatten().all(f64::is_finite)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values(x in prop::collection::vec(any_double(), 0..40), y in prop::collection::vec(any_double(), 0..40), p in any_double(), level in level()) {
        let _ = (sum::mean(&x), sum::variance(&x), quantile::of(&mut x.clone(), p), quantile::several(&mut x.clone(), &y));
        let _ = (quantile::lower_of_sorted(&x, p), quantile::by_percent_rank(&x, p), quantile::order_interval(&x, p, level));
        let ids: Vec<u32> = y.iter().map(|v| v.to_bits() as u32).collect();
        let _ = (woodruff(&x, &ids, 0.5, level, ShareVariance::default()), woodruff_with_effect(&x, p, 5.0, 0.5, level));
        let few: Vec<u32> = (0..x.len() as u32).map(|i| i % 14).collect();
        let _ = woodruff(&x, &few, p, level, ShareVariance::Linearised);
        let _ = (rank::mann_whitney(&x, &y), rank::hodges_lehmann(&x, &y, level));
        let other: Vec<u32> = (0..y.len() as u32).collect();
        let _ = rank::clustered((&x, &few), (&y, &other), level);
        let _ = (van_elteren(&[(&x, &y), (&y, &x)]), adjust(&x, Dependence::Any));
        let _ = equivalence(p, level, Some(3.0), (-1.0, 1.0), 0.05);
    }

    #[test]
    fn whole_numbers(k in any::<u64>(), n in 0..50_u64, small in prop::collection::vec(0..9_u64, 0..30), any in prop::collection::vec(any::<u64>(), 0..30), level in level(), time in any_double()) {
        for (k, n) in [(k, n), (k % (n + 1), n), (n, k), (0, k)] {
            for interval in [wilson(k, n, level), clopper_pearson(k, n, level), garwood(k, level)].into_iter().flatten() {
                prop_assert!(honest(&interval));
            }
            if let Some(found) = miettinen_nurminen((k, n), (n / 2, n), level) {
                prop_assert!(honest(&found.interval) && (0.0..=1.0).contains(&found.p), "{found:?}");
            }
            let _ = newcombe((k, n), (n / 2, n), level);
            let _ = share_difference(&[ShareStratum { first: (k, n), second: (n / 2, n) }], level);
            let _ = rate_ratio(&[RateStratum { first: (k, time), second: (n, 3.0) }], (1.0, None), level);
        }
        if let Ok(found) = counts::rate(&small, level) {
            prop_assert!(honest(&found.interval) && found.rate.is_finite());
        }
        for (a, b) in [(&small, &any), (&any, &small), (&small, &small)] {
            if let Ok(found) = counts::compare(a, b, level) {
                prop_assert!(honest(&found.interval) && (0.0..=1.0).contains(&found.p), "{found:?}");
            }
            let _ = counts::pooled_dispersion(&[a, b]);
        }
    }

    #[test]
    fn durations(times in prop::collection::vec(any_double(), 0..30), ended in any::<[bool; 30]>(), horizon in any_double(), level in level()) {
        let here = Durations { times: &times, ended: &ended[..times.len()] };
        let some = Durations { times: &[1.0, 2.0, 2.0, 5.0], ended: &[true, false, true, true] };
        let _ = test(&[Stratum { first: here, second: some }], Weights::PetoPeto);
        let _ = median_difference(some, here, level, 1, 50);
        if let (Ok(a), Ok(b)) = (kaplan_meier(here), kaplan_meier(some)) {
            let _ = (a.quantile(horizon), a.quantile_interval(0.5, level), restricted_mean_difference(&a, &b, horizon, level));
        }
        let mix: Vec<MixStratum> = times.chunks_exact(4).map(|c| MixStratum { first: Some(c[0]), first_weight: c[1], second: Some(c[2]), second_weight: c[3] }).collect();
        let _ = mix_change(&mix);
    }
}
