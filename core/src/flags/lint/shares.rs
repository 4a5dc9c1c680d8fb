//! Shares that do not make the whole they look like, or are too fine for a million buckets.

use super::super::compile::{percent, sizes};
use super::super::types::{LintCode, Rule};
use super::Notes;
use super::file::{File, Flag};
use crate::ground::hash::BUCKETS;

/// What weights are often parts of.
const WHOLES: [f64; 5] = [1.0, 100.0, 1_000.0, 10_000.0, 1_000_000.0];
/// A smaller gap between ranges is a slip; a larger one may be meant.
const SMALLEST_GAP: u32 = BUCKETS / 100;

pub(super) fn look(file: &File, notes: &mut Notes) {
    for flag in file.kept() {
        for (index, rule) in flag.written.rules.iter().enumerate() {
            split(flag, index, rule, notes);
            gaps(flag, index, rule, notes);
            rollout(flag, index, rule, notes);
        }
    }
    for (name, holdout) in &file.holdouts {
        if let Some(sentence) = too_fine(holdout.percent) {
            notes.add(LintCode::CoarseBuckets, None, format!("holdouts.{name}.percent"), sentence);
        }
    }
}

fn split(flag: &Flag, index: usize, rule: &Rule, notes: &mut Notes) {
    let weights: Vec<f64> = rule.split.iter().map(|share| share.weight).collect();
    let Ok(sizes) = sizes(&weights) else { return };
    let path = |at: usize| format!("{}.split[{at}].weight", flag.rule(index));
    if let Some((sum, whole)) = misses_whole(&weights) {
        let sentence = format!("the weights sum to {sum}, not to {whole}; each is a share of that sum");
        notes.add(LintCode::SplitDoesNotAddUp, Some(&flag.name), format!("{}.split", flag.rule(index)), sentence);
    }
    for (at, (weight, size)) in weights.iter().zip(&sizes).enumerate() {
        if *weight > 0.0 && *size == 0 {
            let sentence = format!("the weight {weight} is less than one bucket of a million");
            notes.add(LintCode::CoarseBuckets, Some(&flag.name), path(at), sentence);
        }
    }
    // Weights in their order: of those that differ, neighbours are the closest.
    let mut order: Vec<usize> = (0..weights.len()).filter(|&at| sizes[at] > 0).collect();
    order.sort_by(|&a, &b| weights[a].total_cmp(&weights[b]).then(a.cmp(&b)));
    for pair in order.windows(2) {
        let (less, more) = (pair[0], pair[1]);
        if weights[less] < weights[more] && sizes[less] >= sizes[more] {
            let (at, other) = (less.max(more), less.min(more));
            let sentence = format!("the weights {} and {} are as many buckets", weights[other], weights[at]);
            notes.add_with(LintCode::CoarseBuckets, Some(&flag.name), path(at), path(other), sentence);
        }
    }
}

/// The sum of the weights, and the whole that they look like parts of, where they miss it.
fn misses_whole(weights: &[f64]) -> Option<(f64, f64)> {
    let sum: f64 = weights.iter().sum();
    let is_whole = |whole: f64| (sum - whole).abs() <= whole * 1e-9;
    if weights.len() < 2 || WHOLES.into_iter().any(is_whole) {
        return None;
    }
    let ratio = |whole: f64| (sum / whole).max(whole / sum);
    let near = WHOLES.into_iter().min_by(|a, b| ratio(*a).total_cmp(&ratio(*b)))?;
    let is_near = (sum - near).abs() <= near / 5.0;
    // 2 to 3 is a ratio; 33 to 67 and 0.4 to 0.5 are per cents and parts.
    let looks_like_parts = if near <= 1.0 {
        weights.iter().any(|weight| weight.fract() != 0.0)
    } else {
        weights.iter().any(|weight| *weight >= near / 10.0)
    };
    let is_exact = weights.iter().any(|weight| digits(*weight) >= 2);
    // Thirds that are rounded to ten digits or more are as good as they get.
    let sum = (sum * 1e9).round() / 1e9;
    ((is_near && looks_like_parts) || is_exact).then_some((sum, near))
}

/// How many digits a number is written with, without zeros at its ends.
fn digits(number: f64) -> usize {
    number.to_string().replace('.', "").trim_matches('0').len()
}

fn gaps(flag: &Flag, index: usize, rule: &Rule, notes: &mut Notes) {
    let mut order: Vec<(u32, u32, usize)> =
        rule.ranges.iter().enumerate().map(|(at, range)| (range.from, range.to, at)).collect();
    order.sort_unstable();
    let mut end = 0;
    let ends = order.iter().map(|&(from, to, at)| (from, to, format!(".ranges[{at}].from")));
    for (from, to, field) in ends.chain((!order.is_empty()).then(|| (BUCKETS, BUCKETS, ".ranges".to_owned()))) {
        if from > end && from - end < SMALLEST_GAP {
            let what = if from - end == 1 { "bucket" } else { "buckets" };
            let sentence = format!("the ranges leave out {} {what}, from {end} to {from}", from - end);
            let path = format!("{}{field}", flag.rule(index));
            notes.add(LintCode::SplitDoesNotAddUp, Some(&flag.name), path, sentence);
        }
        end = end.max(to);
    }
}

fn rollout(flag: &Flag, index: usize, rule: &Rule, notes: &mut Notes) {
    let Some(rollout) = &rule.rollout else { return };
    let path = |at: usize| format!("{}.rollout.steps[{at}].percent", flag.rule(index));
    for (at, step) in rollout.steps.iter().enumerate() {
        if let Some(sentence) = too_fine(step.percent) {
            notes.add(LintCode::CoarseBuckets, Some(&flag.name), path(at), sentence);
        }
    }
    for (at, pair) in rollout.steps.windows(2).enumerate() {
        let (before, after) = (pair[0].percent, pair[1].percent);
        if before.total_cmp(&after).is_ne() && percent(before) == percent(after) && too_fine(after).is_none() {
            let sentence = format!("{before} and {after} per cent are as many buckets");
            notes.add_with(LintCode::CoarseBuckets, Some(&flag.name), path(at + 1), path(at), sentence);
        }
    }
}

/// What is wrong with a per cent that comes out as nobody or everybody without being 0 or 100.
fn too_fine(share: f64) -> Option<String> {
    match percent(share).ok()? {
        0 if share > 0.0 => Some(format!("{share} per cent is less than one bucket of a million")),
        BUCKETS if share < 100.0 => Some(format!("{share} per cent leaves out less than one bucket of a million")),
        _ => None,
    }
}
