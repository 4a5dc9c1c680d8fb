//! Rank tests of equal samples: light and heavy tails, ties, clusters; n = 3 to 50.

use truenorth::ground::random::Philox;
use truenorth::stats::rank::{clustered, hodges_lehmann, mann_whitney};

use super::clusters::{Size, draw as draw_clusters};
use crate::{Share, covers, normal};

/// What values look like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Normal.
    Normal,
    /// Cauchy: no mean, no variance.
    Cauchy,
    /// Normal rounded to whole numbers: many ties.
    Tied,
}

fn draw(random: &mut Philox, n: usize, shape: Shape) -> Vec<f64> {
    (0..n)
        .map(|_| match shape {
            Shape::Normal => normal(random),
            Shape::Cauchy => normal(random) / normal(random),
            Shape::Tied => normal(random).round(),
        })
        .collect()
}

/// Rejections at 5 % of equal samples, and coverage of the shift 0.
pub(crate) fn row(m: usize, n: usize, shape: Shape, repetitions: u64) -> (f64, f64) {
    let (mut rejected, mut covered) = (Share::default(), Share::default());
    for repetition in 0..repetitions {
        let mut random = Philox::new(31, repetition);
        let (first, second) = (draw(&mut random, m, shape), draw(&mut random, n, shape));
        rejected.count(mann_whitney(&first, &second).unwrap().p <= 0.05);
        covered.count(covers(&hodges_lehmann(&first, &second, 0.95).unwrap().interval, 0.0));
    }
    (rejected.get(), covered.get())
}

/// Rejections at 5 % of equal clustered samples: by the clustered test, by Mann–Whitney over all values, and by
/// Mann–Whitney over the medians of clusters.
pub(crate) fn clusters(m: u32, size: Size, inside: f64, repetitions: u64) -> [f64; 3] {
    let mut shares = [Share::default(), Share::default(), Share::default()];
    for repetition in 0..repetitions {
        let mut random = Philox::new(37, repetition);
        let (a, a_ids) = draw_clusters(&mut random, m, size, inside);
        let (b, b_ids) = draw_clusters(&mut random, m, size, inside);
        let medians = |values: &[f64], ids: &[u32]| -> Vec<f64> {
            (0..m)
                .filter_map(|id| {
                    let mut own: Vec<f64> =
                        values.iter().zip(ids).filter(|row| *row.1 == id).map(|row| *row.0).collect();
                    truenorth::stats::quantile::of(&mut own, 0.5)
                })
                .collect()
        };
        shares[0].count(clustered((&a, &a_ids), (&b, &b_ids), 0.95).is_ok_and(|r| r.p <= 0.05));
        shares[1].count(mann_whitney(&a, &b).unwrap().p <= 0.05);
        shares[2].count(mann_whitney(&medians(&a, &a_ids), &medians(&b, &b_ids)).unwrap().p <= 0.05);
    }
    shares.map(|share| share.get())
}

#[test]
fn levels_hold_loosely() {
    for (n, shape) in [(8, Shape::Cauchy), (20, Shape::Tied), (60, Shape::Normal)] {
        let (rejected, covered) = row(n, n, shape, 300);
        assert!(rejected < 0.085 && covered > 0.915, "{n} {shape:?}: {rejected} {covered}");
    }
    let [robust, plain, medians] = clusters(20, Size::Five, 0.5, 300);
    assert!(robust < 0.09 && plain > 0.13 && medians < 0.085, "{robust} {plain} {medians}");
}

#[test]
#[ignore = "the whole table"]
fn table() {
    println!("equal samples: rejections at 5 % by Mann–Whitney | coverage of the shift by Hodges–Lehmann, 95 %");
    for shape in [Shape::Normal, Shape::Cauchy, Shape::Tied] {
        for (m, n) in [(3, 3), (3, 20), (5, 5), (8, 8), (12, 12), (12, 50), (20, 20), (50, 50)] {
            let (rejected, covered) = row(m, n, shape, 4000);
            println!("{shape:?} n {m:>2} and {n:>2}: {rejected:.3} | {covered:.3}");
        }
    }
    println!(
        "equal clustered samples, rejections at 5 %: clustered test | Mann–Whitney over values | over cluster medians"
    );
    for size in [Size::Five, Size::Heavy] {
        for inside in [0.0, 0.5] {
            for m in [12, 20, 50] {
                let [robust, plain, medians] = clusters(m, size, inside, 2000);
                println!("{size:?} correlation {inside:.1} clusters {m:>2}: {robust:.3} | {plain:.3} | {medians:.3}");
            }
        }
    }
}
