//! `truenorth dora`.

use truenorth::Result;
use truenorth::desk::operations::Context;
use truenorth::dora::{self, DoraReport, DoraRequest};
use truenorth::facts::EventTable;

use crate::args::{DoraArgs, GateArgs};
use crate::gate::{self, Gate, Meaning};
use crate::open::load_into;
use crate::output::{self, say};
use crate::progress::Progress;

pub(super) fn run(args: &DoraArgs) -> Result<i32> {
    // All that was typed is read first, and asked of no events: nobody should wait for a large file to learn of a slip.
    let targets = Targets::new(&args.gates)?;
    let inputs = args.input.inputs()?;
    let mut request = args.measure.request()?;
    targets.add_to(&mut request);
    let measure = |request: &DoraRequest, events: &EventTable, context: &Context| {
        dora::measure(request, events, context).map_err(|error| args.measure.blamed(error))
    };
    measure(&request, &EventTable::new(), &Context::default())?;
    let progress = Progress::default();
    let context = progress.context(args.output.quiet);
    let mut events = EventTable::new();
    load_into(&inputs, &mut events, &context)?.tell();
    args.measure.close_window(&mut request, &events)?;
    let report = measure(&request, &events, &context)?;
    drop(progress);
    output::show(&report, &args.output)?;
    Ok(targets.judge(&report, &args.gates))
}

/// The targets and gates of the command line.
pub(super) struct Targets {
    targets: Vec<dora::Target>,
    gates: Vec<dora::Target>,
}

impl Targets {
    pub(super) fn new(args: &GateArgs) -> Result<Self> {
        let read =
            |texts: &[String], meaning| texts.iter().map(|text| gate::parse(text, meaning)).collect::<Result<_>>();
        Ok(Self { targets: read(&args.target, Meaning::Wanted)?, gates: read(&args.fail_if, Meaning::Unwanted)? })
    }

    /// Puts them at the end of the request's own.
    pub(super) fn add_to(&self, request: &mut DoraRequest) {
        request.targets.extend(self.targets.iter().chain(&self.gates).cloned());
    }

    /// Says on standard error how each gate stands, whatever the report's format, and gives the exit code.
    pub(super) fn judge(&self, report: &DoraReport, args: &GateArgs) -> i32 {
        // Gates came last into the request, so their verdicts come last out of it.
        let first = report.overall.targets.len().saturating_sub(self.gates.len());
        let verdicts = report.overall.targets.iter().skip(first);
        let gates: Vec<Gate<'_>> =
            args.fail_if.iter().zip(verdicts).map(|(text, verdict)| Gate { text, verdict }).collect();
        for gate in &gates {
            say(&gate.line(args.unproven));
        }
        gate::exit_code(&gates, args.unproven)
    }
}
