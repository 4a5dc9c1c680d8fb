//! `truenorth presets`.

use truenorth::Result;
use truenorth::desk::operations::Context;
use truenorth::dora::{self, PresetsRequest};
use truenorth::facts::EventTable;

use crate::args::PresetsArgs;
use crate::open::load_into;
use crate::output::page;
use crate::progress::Progress;

pub(super) fn run(args: &PresetsArgs) -> Result<i32> {
    let inputs = args.input.inputs()?;
    let mut request = args.request()?;
    let presets = |request: &PresetsRequest, events: &EventTable, context: &Context| {
        dora::presets(request, events, context).map_err(|error| args.blamed(error))
    };
    presets(&request, &EventTable::new(), &Context::default())?;
    let progress = Progress::default();
    let context = progress.context(args.output.quiet);
    let mut events = EventTable::new();
    load_into(&inputs, &mut events, &context)?.tell();
    args.close_window(&mut request, &events)?;
    let report = presets(&request, &events, &context)?;
    drop(progress);
    page(&report, &args.output)?;
    Ok(0)
}
