//! `truenorth presets`.

use truenorth::Result;
use truenorth::dora;
use truenorth::facts::EventTable;

use crate::args::PresetsArgs;
use crate::open::load_into;
use crate::output::page;
use crate::progress::Progress;

pub(super) fn run(args: &PresetsArgs) -> Result<i32> {
    let inputs = args.input.inputs()?;
    let progress = Progress::default();
    let context = progress.context(args.output.quiet);
    let mut events = EventTable::new();
    load_into(&inputs, &mut events, &context)?.tell();
    let report = dora::presets(&args.request(&events)?, &events, &context)?;
    drop(progress);
    page(&report, &args.output)?;
    Ok(0)
}
