//! Shares of two windows, within services, and what the mix of services did.

use super::{Finding, Side, by_service, common};
use crate::dora::measure::Room;
use crate::dora::rates::Tally;
use crate::dora::types::Mix;
use crate::facts::{Estimate, Unit};
use crate::stats::{rate, stratified};

/// Miettinen and Nurminen's test of a share, service by service, and what the mix of services did.
pub(super) fn compare(room: &Room<'_>, sides: &[Side<'_>; 2], count: impl Fn(&Tally) -> (u64, u64)) -> Finding {
    let tallies = |side: &Side<'_>| -> Vec<(u32, (u64, u64))> {
        by_service(room.line, side.places)
            .into_iter()
            .map(|(service, run)| (service, count(&room.outcomes.tally(room.plan, room.leads, run))))
            .collect()
    };
    let (before, now) = (tallies(&sides[0]), tallies(&sides[1]));
    let (then, today) = (count(&sides[0].tally), count(&sides[1].tally));
    let level = room.plan.confidence;
    let n = then.1 + today.1;
    if then.1 == 0 || today.1 == 0 {
        return Finding::none(Unit::Share, "noData");
    }
    let several = before.len().max(now.len()) > 1;
    let (found, test, method) = if several {
        let strata: Vec<_> = common(&before, &now)
            .map(|(_, first, second)| stratified::ShareStratum { first: *first, second: *second })
            .collect();
        (
            stratified::share_difference(&strata, level).ok(),
            "Cochran–Mantel–Haenszel, by service",
            "difference of shares by service, Miettinen–Nurminen interval",
        )
    } else {
        (
            rate::miettinen_nurminen(then, today, level),
            "Miettinen–Nurminen",
            "difference of shares, Miettinen–Nurminen interval",
        )
    };
    let mix = several.then(|| mix(&before, &now)).flatten();
    match found {
        Some(found) => Finding {
            change: Estimate::bare(found.difference, Unit::Share, n, method).within(found.interval),
            test,
            p: Some(found.p),
            mix,
            restricted_mean: None,
        },
        None => Finding::none(Unit::Share, "noCommonServices"),
    }
}

fn mix(before: &[(u32, (u64, u64))], now: &[(u32, (u64, u64))]) -> Option<Mix> {
    let mut services: Vec<u32> = before.iter().chain(now).map(|(service, _)| *service).collect();
    services.sort_unstable();
    services.dedup();
    let of = |side: &[(u32, (u64, u64))], service: u32| {
        let at = side.binary_search_by_key(&service, |(of, _)| *of).ok();
        let (count, all) = at.and_then(|at| side.get(at)).map_or((0, 0), |(_, tally)| *tally);
        ((all > 0).then(|| count as f64 / all as f64), all as f64)
    };
    let strata: Vec<stratified::MixStratum> = services
        .into_iter()
        .map(|service| {
            let ((first, first_weight), (second, second_weight)) = (of(before, service), of(now, service));
            stratified::MixStratum { first, first_weight, second, second_weight }
        })
        .collect();
    let found = stratified::mix_change(&strata).ok()?;
    Some(Mix { within: found.effect.within, mix: found.effect.mix })
}
