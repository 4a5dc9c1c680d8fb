//! What can be typed after `truenorth flags`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

pub(super) const EXAMPLES: &str = "\
Examples:
  truenorth flags list flags.yaml
  truenorth flags eval flags.yaml --key user-1 --context country=DE --context seats=25
  truenorth flags explain flags.yaml new-checkout --key user-1 --context plan=beta
  truenorth flags lint flags/*.yaml
  truenorth flags diff old.yaml new.yaml --population ids.txt
  truenorth flags simulate flags.yaml --contexts people.csv

Context:
  A value that is JSON (25, true, [\"a\"]) is that; all else is text. Rules and
  rollouts that begin or end are asked of this moment unless --now says another.

Editors:
  `truenorth schema flags` prints the JSON Schema of a file of flags.";

const LINT_EXAMPLES: &str = "\
Examples:
  truenorth flags lint flags.yaml
  truenorth flags lint flags/*.yaml --fail-on warning --ignore unusedVariant
  truenorth flags lint flags.yaml --format github
  truenorth flags lint flags.yaml --format sarif -o flags.sarif
  cat flags.json | truenorth flags lint -

Exit codes:
  0  nothing as bad as --fail-on
  1  something as bad
  2  a file that cannot be read as flags

`--codes` lists what is looked for.";

macro_rules! people {
    () => {
        "
People:
  A line for each: an id in a text; an object of attributes, or an id, in JSONL;
  a row of a CSV whose header names the attributes, `targetingKey` among them.
  gzip and zstd are read too; `-` is standard input."
    };
}

const DIFF_EXAMPLES: &str = concat!(
    "\
Examples:
  truenorth flags diff old.yaml new.yaml
  truenorth flags diff old.yaml new.yaml --population ids.txt
  git show main:flags.yaml | truenorth flags diff - flags.yaml --population people.csv --who
",
    people!()
);

const SIMULATE_EXAMPLES: &str = concat!(
    "\
Examples:
  truenorth flags simulate flags.yaml --contexts people.jsonl
  truenorth flags simulate flags.yaml --contexts ids.txt --flag new-checkout --now 2025-12-05
",
    people!(),
    "

Splits:
  Each split is tested by the units that its rule hashed: how they fall against
  its ranges (chi-square, adjusted for all splits). Nothing is exposed."
);

const REWEIGH_EXAMPLES: &str = "\
Examples:
  truenorth flags reweigh flags.yaml new-checkout --weights on=60,off=40
  truenorth flags reweigh flags.yaml new-checkout --rule even --weights on=1,off=1 --coverage 20

A split is cut anew from its first bucket whenever its weights change, which moves
more than it must when it has three parts or more. Ranges stay where they are.";

/// `truenorth flags`.
#[derive(Debug, Args)]
pub(crate) struct FlagsArgs {
    #[command(subcommand)]
    pub(crate) command: FlagsCommand,
}

/// What can be asked of a file of flags.
#[derive(Debug, Subcommand)]
pub(crate) enum FlagsCommand {
    /// Each flag with its type, variants and what is wrong with it
    List {
        /// The file of flags, JSON or YAML; `-` is standard input
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Who gets what: the value of each flag, or of some
    Eval {
        #[command(flatten)]
        whom: WhomArgs,
        /// The flags [default: all]
        #[arg(value_name = "FLAG")]
        flags: Vec<String>,
    },
    /// Why somebody gets what they get
    Explain {
        #[command(flatten)]
        whom: WhomArgs,
        /// The flag
        flag: String,
    },
    /// What cannot be used, and what is probably not meant
    #[command(after_help = LINT_EXAMPLES)]
    Lint(LintArgs),
    /// What sets two files apart, how many it moves, and who
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(DiffArgs),
    /// Who would get what: the share of each variant over a file of people
    #[command(after_help = SIMULATE_EXAMPLES)]
    Simulate(SimulateArgs),
    /// Other weights for a split, as ranges by which only those move who must
    #[command(after_help = REWEIGH_EXAMPLES)]
    Reweigh(ReweighArgs),
}

/// Whom flags are evaluated for.
#[derive(Debug, Args)]
pub(crate) struct WhomArgs {
    /// The file of flags, JSON or YAML; `-` is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The targeting key: whom it is about
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// An attribute, such as `country=DE`
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) context: Vec<String>,
    /// The moment: a time with an offset, a day, or `now` [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is looked over, and how it is told.
#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// Files of flags, JSON or YAML; `-` is standard input
    #[arg(required_unless_present = "codes", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// List the codes with what they mean instead
    #[arg(long)]
    pub(crate) codes: bool,
    /// Only these codes
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// All but these codes
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Exit with 1 for findings as bad as this: error, warning, info, never
    #[arg(long, value_name = "LEVEL", default_value = "error", hide_possible_values = true)]
    pub(crate) fail_on: Severity,
    /// The moment by which flags are expired or stale: a time with an offset, a day, or `now` [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
    /// How old a flag may be that gives everybody the same [default: 90d]
    #[arg(long, value_name = "LENGTH")]
    pub(crate) stale_after: Option<String>,
    /// Tell of flags without an owner
    #[arg(long)]
    pub(crate) require_owner: bool,
    /// Tell of flags that say no end
    #[arg(long)]
    pub(crate) require_expiry: bool,
    /// How to write what was found: text, json, sarif (2.1.0), github (annotations)
    #[arg(long, default_value = "text", hide_possible_values = true)]
    pub(crate) format: LintFormat,
    /// Write to this file
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

/// From how bad a finding on the exit code tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Severity {
    Error,
    Warning,
    Info,
    Never,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    Text,
    Json,
    Sarif,
    Github,
}

/// Two files, and whom they move.
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// The file of flags as it was, JSON or YAML; `-` is standard input
    #[arg(value_name = "OLD", value_hint = ValueHint::FilePath)]
    pub(crate) before: PathBuf,
    /// The file of flags as it is to be
    #[arg(value_name = "NEW", value_hint = ValueHint::FilePath)]
    pub(crate) after: PathBuf,
    /// Of these people, how many move
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) population: Option<PathBuf>,
    /// Name those who move, unless their unit is private
    #[arg(long, requires = "population")]
    pub(crate) who: bool,
    /// So many of them for each way they go [default: 20]
    #[arg(long, value_name = "NUMBER", requires = "who")]
    pub(crate) most: Option<u32>,
    #[command(flatten)]
    pub(crate) how: HowArgs,
}

/// Many at once.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    /// The file of flags, JSON or YAML; `-` is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The people
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) contexts: PathBuf,
    /// Only this flag; may be given several times [default: all]
    #[arg(long = "flag", value_name = "FLAG")]
    pub(crate) flags: Vec<String>,
    #[command(flatten)]
    pub(crate) how: HowArgs,
}

/// When, and how it is told.
#[derive(Debug, Args)]
pub(crate) struct HowArgs {
    /// The moment: a time with an offset, a day, or `now` [default: now]
    #[arg(long, value_name = "TIME")]
    pub(crate) now: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Other weights for a split.
#[derive(Debug, Args)]
pub(crate) struct ReweighArgs {
    /// The file of flags, JSON or YAML; `-` is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// The flag
    pub(crate) flag: String,
    /// The new weights, one for each variant that has units now
    #[arg(long, value_name = "VARIANT=WEIGHT", value_delimiter = ',', required = true)]
    pub(crate) weights: Vec<String>,
    /// The rule with the split: its id, or its place such as `rules[0]` [default: the only one]
    #[arg(long, value_name = "RULE")]
    pub(crate) rule: Option<String>,
    /// How many per cent of the units the ranges hold in all [default: as many as now]
    #[arg(long, value_name = "PERCENT")]
    pub(crate) coverage: Option<f64>,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}
