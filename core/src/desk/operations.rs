//! THE list of what can be asked: every operation once, with its name, its sentence, its request and its report.
//!
//! The bindings, the command line, the type files and the schemas all come from this list. To add an operation, add an
//! entry, its function and a golden case. Asked of an empty table, an operation errs only where its request is wrong, so
//! that faces can ask before they read.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::facts::EventTable;
pub use crate::ground::context::Context;
use crate::ground::error::{Error, ErrorCode, Result};

/// The tables that an operation may read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tables<'a> {
    /// Deployments, changes, pull requests and incidents.
    pub events: Option<&'a EventTable>,
}

/// An entry of the list.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Operation {
    /// Its name, in camelCase.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// The tables it reads.
    pub tables: &'static [&'static str],
    /// The name of its request type.
    pub request: &'static str,
    /// The name of its report type.
    pub report: &'static str,
}

/// How a face runs an operation, whatever its types: the face reads the request and writes the report.
pub trait Call {
    /// What the face hands back.
    type Output;

    /// Reads a request, runs it, writes the report.
    ///
    /// # Errors
    /// Those of reading and of the operation.
    fn call<Q: DeserializeOwned + Send + Sync, R: Serialize + Send>(
        self,
        operation: &'static Operation,
        run: fn(&Q, &Tables<'_>, &Context) -> Result<R>,
    ) -> Result<Self::Output>;
}

macro_rules! operations {
    ($($(#[cfg($($gate:tt)*)])? $(#[doc = $doc:literal])+ $name:literal ($request:ty) -> $report:ty, reads $tables:expr, by $run:expr;)+) => {
        /// Every operation.
        pub static OPERATIONS: &[Operation] = &[$($(#[cfg($($gate)*)])? Operation {
            name: $name,
            summary: concat!($($doc, )+).trim_ascii(),
            tables: &$tables,
            request: last_word(stringify!($request)),
            report: last_word(stringify!($report)),
        },)+];

        /// Finds an operation and runs it the way `call` says.
        ///
        /// # Errors
        /// [`ErrorCode::UnknownOperation`] with the names that exist, and the operation's own.
        pub fn dispatch<C: Call>(name: &str, call: C) -> Result<C::Output> {
            let Some(operation) = OPERATIONS.iter().find(|operation| operation.name == name) else {
                return Err(unknown(name));
            };
            match (operation.name, call) {
                $($(#[cfg($($gate)*)])? ($name, call) => call.call::<$request, $report>(operation, $run),)+
                _ => Err(unknown(name)),
            }
        }

        /// The JSON Schemas of every operation's request and report, by name.
        #[cfg(feature = "schema")]
        pub fn schemas(requests: &mut schemars::SchemaGenerator, reports: &mut schemars::SchemaGenerator) -> Vec<(&'static Operation, schemars::Schema, schemars::Schema)> {
            let mut all = Vec::new();
            $($(#[cfg($($gate)*)])? if let Some(operation) = OPERATIONS.iter().find(|operation| operation.name == $name) {
                all.push((operation, requests.subschema_for::<$request>(), reports.subschema_for::<$report>()));
            })+
            all
        }
    };
}

/// The type's own name at the end of a path.
#[cfg_attr(
    not(any(feature = "dora", feature = "flags")),
    expect(dead_code, reason = "without rooms there are no types to name")
)]
const fn last_word(path: &'static str) -> &'static str {
    let bytes = path.as_bytes();
    let mut at = bytes.len();
    while at > 0 && bytes[at - 1] != b':' && bytes[at - 1] != b' ' {
        at -= 1;
    }
    path.split_at(at).1
}

fn unknown(name: &str) -> Error {
    let names: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
    Error::new(
        ErrorCode::UnknownOperation,
        format!("expected one of `{}`, found `{}`", names.join("`, `"), crate::ground::text::excerpt(name)),
    )
}

operations! {
    #[cfg(feature = "dora")]
    /// Measures change lead time, deployment frequency, change failure rate, failed deployment recovery time and rework rate.
    "dora" (crate::dora::DoraRequest) -> crate::dora::DoraReport, reads ["events"], by |request, tables, context| match tables.events {
        Some(events) => crate::dora::measure(request, events, context),
        None => crate::dora::measure(request, &EventTable::new(), context),
    };

    #[cfg(feature = "dora")]
    /// Shows one history under the definitions of several tools, and which definition makes which difference.
    "doraPresets" (crate::dora::PresetsRequest) -> crate::dora::PresetsReport, reads ["events"], by |request, tables, context| match tables.events {
        Some(events) => crate::dora::presets(request, events, context),
        None => crate::dora::presets(request, &EventTable::new(), context),
    };

    #[cfg(feature = "dora")]
    /// Places one value among the levels of a report year, where its own table lets them be told apart.
    "doraLevel" (crate::dora::LevelRequest) -> crate::dora::LevelReport, reads [], by |request, _, _| crate::dora::level(request);

    #[cfg(feature = "flags")]
    /// Evaluates feature flags of a file for somebody.
    "flagsEvaluate" (crate::flags::FlagsRequest) -> crate::flags::FlagsReport, reads [], by |request, _, _| crate::flags::evaluate(request);

    #[cfg(feature = "flags")]
    /// Evaluates one feature flag of a file for somebody, and says why.
    "flagsExplain" (crate::flags::FlagExplainRequest) -> crate::flags::FlagExplanation, reads [], by |request, _, _| crate::flags::explain(request);

    #[cfg(feature = "flags")]
    /// Looks a file of feature flags over: what cannot be used, and what is probably not meant.
    "flagsLint" (crate::flags::FlagsLintRequest) -> crate::flags::FlagsLintReport, reads [], by |request, _, _| crate::flags::lint(request);

    #[cfg(feature = "flags")]
    /// Evaluates feature flags of a file for many at once: who would get what, and whether splits fall as they should.
    "flagsSimulate" (crate::flags::FlagsSimulateRequest) -> crate::flags::FlagsSimulateReport, reads [], by |request, _, _| crate::flags::simulate(request);

    #[cfg(feature = "flags")]
    /// Says what sets two files of feature flags apart, how many it moves, and who.
    "flagsDiff" (crate::flags::FlagsDiffRequest) -> crate::flags::FlagsDiffReport, reads [], by |request, _, _| crate::flags::diff(request);

    #[cfg(feature = "flags")]
    /// Turns new weights of a split into ranges by which only those move who must.
    "flagsReweigh" (crate::flags::FlagsReweighRequest) -> crate::flags::FlagsReweighReport, reads [], by |request, _, _| crate::flags::reweigh(request);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_name_their_types() {
        let dora = OPERATIONS.iter().find(|operation| operation.name == "dora").unwrap();
        assert_eq!((dora.request, dora.report), ("DoraRequest", "DoraReport"));
    }
}
