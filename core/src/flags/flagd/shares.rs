//! `fractional`, from its parts to the share that is chosen.

use super::super::condition::Stop;
use super::super::context::Attributes;
use super::fractional::weight;
use super::logic::{Fractional, Share};
use super::machine::{Machine, Scope};
use super::value::Val;

impl<'s, A: Attributes + Copy> Machine<'s, A> {
    pub(super) fn fractional(&self, fractional: &'s Fractional, scope: Scope<'_>) -> Result<Val<'s>, Stop> {
        let shares = &fractional.shares[..];
        let hash = match &fractional.by {
            None => self.attribute(self.key, |key| Ok(self.version.hash_of_key(self.flag, key)))?,
            Some(by) => self.with(by, scope, |value| Ok(self.version.hash_of(value)))?,
        };
        let Some(hash) = hash else { return Ok(Val::Null) };
        let mut weights = Vec::with_capacity(shares.len());
        let mut computed = Vec::new();
        for share in shares {
            let found = match share {
                Share::Written { weight: None, .. } => Some(1),
                Share::Written { weight: Some(logic), .. } => self.with(logic, scope, |value| Ok(weight(value)))?,
                Share::Computed(logic) => {
                    let value = self.value(logic, scope)?;
                    let found = match &value {
                        Val::List(list) => match &list.values[..] {
                            [_] => Some(1),
                            [_, value] => weight(value),
                            _ => None,
                        },
                        _ => None,
                    };
                    computed.push(value);
                    found
                }
            };
            let Some(found) = found else { return Ok(Val::Null) };
            weights.push(found);
        }
        let Some(place) = self.version.place(hash, &weights) else { return Ok(Val::Null) };
        self.place.set(Some(place));
        let before = shares[..place.share].iter().filter(|share| matches!(share, Share::Computed(_))).count();
        let value = match &shares[place.share] {
            Share::Written { variant, .. } => self.value(variant, scope)?,
            Share::Computed(_) => match computed.get(before) {
                Some(Val::List(list)) => list.values.first().map_or(Ok(Val::Null), |value| self.copy(value))?,
                _ => Val::Null,
            },
        };
        let is_scalar = !matches!(value, Val::List(_) | Val::Object(_) | Val::Closed);
        Ok(if is_scalar { value } else { Val::Null })
    }
}
