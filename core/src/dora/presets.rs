//! What other tools would say: their definitions, as read in their code and documentation.

use super::types::{Preset, Rules};

/// The rules of a preset.
pub(super) fn rules(preset: Preset) -> Rules {
    let dora = Rules::default();
    match preset {
        Preset::Dora => dora,
        _ => dora,
    }
}
