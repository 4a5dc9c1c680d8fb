//! Attributes that JavaScript has read already, handed over in one piece: for each Node would be asked three times.
//!
//! `lib/tray.js` writes it: as many numbers as a tray has places, then for each place the attribute's slot and what lies
//! there, then the texts one after the other.

use truenorth::Result;
use truenorth::flags::{AttributeName, Seen};

use crate::border::{Room, Value};

/// How many attributes a tray has room for.
pub(crate) const PLACES: usize = 8;
/// How many units of UTF-16 its texts have together at most.
const UNITS: usize = 192;
const HEADS: usize = PLACES * 8;
const TEXTS: usize = HEADS + PLACES * 8;
const SIZE: usize = TEXTS + UNITS * 2;
/// The slot of the first place where nothing lies.
const NONE: u32 = u32::MAX;

/// What lies on a place.
const MISSING: u32 = 0;
const FALSE: u32 = 1;
const TRUE: u32 = 2;
const NUMBER: u32 = 3;
/// A getter threw.
const UNUSABLE: u32 = 4;
/// Anything else, as JavaScript has it.
const OTHER: u32 = 5;
/// A text of no units; of each more, it is one more.
const TEXT: u32 = 6;

/// Attributes of an object.
pub(crate) struct Tray {
    bytes: [u8; SIZE],
    /// What was read, as a list in the order of the places.
    values: Value,
}

impl Tray {
    /// Copies what was read: what a getter asks for meanwhile is written over it.
    pub(crate) fn new(room: &Room, values: Value) -> Result<Self> {
        let mut bytes = [0; SIZE];
        room.copy(&mut bytes)?;
        Ok(Self { bytes, values })
    }

    /// Looks at an attribute of an object, on the tray if it lies there.
    #[inline(never)]
    pub(crate) fn look<R>(&self, object: Value, name: &AttributeName, see: impl FnOnce(Seen<'_>) -> R) -> R {
        let Some((place, kind)) = self.place(name.slot()) else { return object.look(name, None, see) };
        match kind {
            MISSING => see(Seen::Missing),
            FALSE | TRUE => see(Seen::Boolean(kind == TRUE)),
            NUMBER => see(Seen::Number(f64::from_ne_bytes(self.part(place * 8)))),
            UNUSABLE => see(Seen::Unusable),
            OTHER => object.look(name, self.values.item(place as u32), see),
            _ => self.text(place, see),
        }
    }

    /// Where an attribute lies, and as what.
    fn place(&self, slot: u32) -> Option<(usize, u32)> {
        let heads = (0..PLACES).map(|place| (place, self.head(place)));
        let mut laid = heads.take_while(|(_, [slot, _])| *slot != NONE);
        laid.find(|(_, [found, _])| *found == slot).map(|(place, [_, kind])| (place, kind))
    }

    /// The slot of a place and what lies there.
    fn head(&self, place: usize) -> [u32; 2] {
        [HEADS + place * 8, HEADS + place * 8 + 4].map(|at| u32::from_ne_bytes(self.part(at)))
    }

    fn part<const N: usize>(&self, at: usize) -> [u8; N] {
        let mut part = [0; N];
        part.copy_from_slice(&self.bytes[at..at + N]);
        part
    }

    /// The text of a place; one with half a character cannot be used.
    fn text<R>(&self, place: usize, see: impl FnOnce(Seen<'_>) -> R) -> R {
        let units = |place: usize| self.head(place)[1].saturating_sub(TEXT) as usize;
        let start = TEXTS + 2 * (0..place).map(units).sum::<usize>();
        let units = self.bytes[start..start + 2 * units(place)]
            .chunks_exact(2)
            .map(|unit| u16::from_ne_bytes([unit[0], unit[1]]));
        let mut ascii = [0; UNITS];
        let count = units.len();
        if ascii.iter_mut().zip(units.clone()).all(|(byte, unit)| {
            *byte = unit as u8;
            unit < 0x80
        }) {
            return see(std::str::from_utf8(&ascii[..count]).map_or(Seen::Unusable, Seen::Text));
        }
        let text: std::result::Result<String, _> = char::decode_utf16(units).collect();
        see(text.as_deref().map_or(Seen::Unusable, Seen::Text))
    }
}
