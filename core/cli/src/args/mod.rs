//! What can be typed.

mod flags;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum, ValueHint};

pub(crate) use self::flags::{
    DiffArgs, FlagsArgs, FlagsCommand, LintArgs, LintFormat, ReweighArgs, Severity, SimulateArgs, WhomArgs,
};

const ABOUT: &str = "Measures whether a developer platform is getting better.";

const EXAMPLES: &str = "\
Examples:
  Everything about a folder of events:
    truenorth report examples/acme
  Five delivery metrics, by service and week:
    truenorth dora events.jsonl --by service --bucket week
  The same from the tags and commits of a repository:
    truenorth dora --git . --releases 'v\\d+\\.\\d+\\.\\d+'
  A gate for a pipeline:
    truenorth dora events.jsonl --fail-if 'changeFailureRate > 15%'

Exit codes:
  0  done, and every gate met
  1  a gate is breached
  2  bad input
  3  a gate is not proven, with --unproven fail";

const DORA_EXAMPLES: &str = "\
Examples:
  truenorth dora events.jsonl
  truenorth dora exports/ --by team --bucket month --tz Europe/Berlin -o dora.html
  truenorth dora events.jsonl --last 30d --compare previous
  truenorth dora --git . --releases '\\d+\\.\\d+\\.\\d+' --since 2025-01-01
  truenorth dora --git . --path services/checkout --path find=services/search
  gh api --paginate repos/acme/shop/releases | truenorth dora - --deployments-from releases
  truenorth dora events.jsonl --fail-if 'changeFailureRate > 15%'

Metrics:
  leadTime, deploymentFrequency, changeFailureRate, recoveryTime, reworkRate

Limits:
  a share (15%, 0.15), a length of time (90m, 24h, 2d),
  how often (3/day, 1/week, 2/month)

Definitions:
  `truenorth schema dora --request` lists what --define can change; the report
  says which definitions were in force.

Gates:
  A gate is met or breached when the whole interval lies on one side of its
  limit. Otherwise it is not proven: that is said, and passes, or fails with
  code 3 under --unproven fail.";

const PRESETS_EXAMPLES: &str = "\
Examples:
  truenorth presets events.jsonl --last 90d
  truenorth presets --git . --since 2025-01-01 --preset devLake,gitLab

Days, weeks and months are those of UTC, as in all of these tools.";

const RUN_EXAMPLES: &str = "\
Examples:
  truenorth run --list
  echo '{\"bucket\": \"week\"}' |
    truenorth run dora --table events=events.jsonl --allow-files .
  truenorth run dora --table events=events.jsonl --allow-files . < request.yaml";

/// What can be typed.
#[derive(Debug, Parser)]
#[command(name = "truenorth", version, about = ABOUT, after_help = EXAMPLES, max_term_width = 100)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measure delivery: lead time, frequency, failure rate, recovery time, rework rate
    #[command(after_help = DORA_EXAMPLES)]
    Dora(Box<DoraArgs>),
    /// Show one history under the definitions of other tools: why a dashboard says something else
    #[command(after_help = PRESETS_EXAMPLES)]
    Presets(Box<PresetsArgs>),
    /// Evaluate feature flags of a file, say why, and look them over
    #[command(after_help = flags::EXAMPLES)]
    Flags(FlagsArgs),
    /// Report on a folder of events: everything that can be said about it
    Report(ReportArgs),
    /// Run any operation on a request, JSON or YAML, from standard input
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunArgs),
    /// Print the JSON Schema of an operation's request and report, or of a file of flags
    Schema(SchemaArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// `truenorth dora`.
#[derive(Debug, Args)]
pub(crate) struct DoraArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) measure: MeasureArgs,
    #[command(flatten)]
    pub(crate) gates: GateArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `truenorth presets`.
#[derive(Debug, Args)]
pub(crate) struct PresetsArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// Only these, against dora.dev: fourKeys, devLake, gitLab, middleware, pelorus [default: all]
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Measure")]
    pub(crate) preset: Vec<String>,
    #[command(flatten)]
    pub(crate) window: WindowArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// `truenorth report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// A folder of events, or a file; options may stand in its `report.json`
    #[arg(value_hint = ValueHint::AnyPath)]
    pub(crate) path: PathBuf,
    #[command(flatten)]
    pub(crate) gates: GateArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) strictness: LenientArgs,
}

/// `truenorth run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The operation, such as `dora`
    #[arg(required_unless_present = "list")]
    pub(crate) operation: Option<String>,
    /// List the operations instead
    #[arg(long)]
    pub(crate) list: bool,
    /// A table that the operation reads, from a file or folder under --allow-files
    #[arg(long, value_name = "NAME=PATH")]
    pub(crate) table: Vec<String>,
    /// Files are opened only below this folder; without it, none are
    #[arg(long, value_name = "ROOT", value_hint = ValueHint::DirPath)]
    pub(crate) allow_files: Option<PathBuf>,
    /// Indent the report
    #[arg(long)]
    pub(crate) pretty: bool,
    #[command(flatten)]
    pub(crate) strictness: StrictnessArgs,
}

/// `truenorth schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The operation, or `flags` for a file of flags; absent: all operations
    pub(crate) operation: Option<String>,
    /// Only the request's
    #[arg(long, conflicts_with = "report")]
    pub(crate) request: bool,
    /// Only the report's
    #[arg(long)]
    pub(crate) report: bool,
}

/// Where events come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputArgs {
    /// Files and folders of events (JSONL, JSON, CSV; gzip and zstd too); `-` is standard input
    #[arg(value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,
    /// A git repository: tags are releases, commits are changes
    #[arg(long, value_name = "PATH", value_hint = ValueHint::DirPath)]
    pub(crate) git: Vec<PathBuf>,
    /// What a whole tag must match to be a release [default: v?\d+\.\d+\.\d+]
    #[arg(long, value_name = "REGEX", requires = "git")]
    pub(crate) releases: Option<String>,
    /// The environment that events without one, and releases, reach [default: production]
    #[arg(long, value_name = "NAME")]
    pub(crate) environment: Option<String>,
    /// A service of a monorepo, by its folder; `name=folder` names it
    #[arg(long, value_name = "[NAME=]FOLDER", requires = "git")]
    pub(crate) path: Vec<String>,
    /// The branch whose commits wait for a release [default: the one checked out]
    #[arg(long, requires = "git")]
    pub(crate) branch: Option<String>,
    /// The service of events that name none, and of the git repository
    #[arg(long, value_name = "NAME")]
    pub(crate) service: Option<String>,
    /// The team of events that name none
    #[arg(long, value_name = "NAME")]
    pub(crate) team: Option<String>,
    /// The repository of events that name none
    #[arg(long, value_name = "NAME")]
    pub(crate) repository: Option<String>,
    /// The format of the files: events, csv, cdevents, github, gitlab, pagerDuty, jira, serviceNow, mapped [default: told from their content]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) input_format: Option<String>,
    /// The time zone of times in files that carry none; without it they are refused
    #[arg(long, value_name = "ZONE")]
    pub(crate) input_tz: Option<String>,
    /// The kind of rows of a CSV without a column `kind`: deployment, change, pullRequest, incident
    #[arg(long, value_name = "KIND")]
    pub(crate) input_kind: Option<String>,
    /// What counts as a deployment on GitHub and GitLab: deployments, runs=PATTERN, releases, mergedPullRequests
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) deployments_from: Vec<String>,
    /// Pre-releases count as releases too
    #[arg(long)]
    pub(crate) prereleases: bool,
    /// Issues with this label or type are incidents [default: incident]
    #[arg(long, value_name = "LABEL", value_delimiter = ',')]
    pub(crate) incident_label: Vec<String>,
    /// How columns of a foreign CSV or JSON become events: a file (JSON, YAML), or `pagerDuty`, `jira`, `serviceNow`
    #[arg(long, value_name = "FILE|NAME")]
    pub(crate) mapping: Option<String>,
    /// Who owns what: catalog-info.yaml, CODEOWNERS or a CSV
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) ownership: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) strictness: StrictnessArgs,
}

/// What becomes of bad lines.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct StrictnessArgs {
    /// Count and list lines that cannot be read, and go on
    #[arg(long, conflicts_with = "strict")]
    pub(crate) lenient: bool,
    /// Stop at the first line that cannot be read [default]
    #[arg(long)]
    pub(crate) strict: bool,
}

/// What becomes of bad lines of a folder, which is an overview and says so of them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct LenientArgs {
    /// Stop at the first line that cannot be read, instead of counting and listing such lines
    #[arg(long)]
    pub(crate) strict: bool,
}

/// Which events, and by which definitions.
#[derive(Debug, Args)]
#[command(next_help_heading = "Measure")]
pub(crate) struct WindowArgs {
    /// From this day or instant: 2025-03-01 (midnight in --tz) or 2025-03-01T09:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<String>,
    /// Until this day or instant, which is not included itself
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// So long before --as-of: 30d, 12w, 48h
    #[arg(long, value_name = "LENGTH", conflicts_with_all = ["since", "until"])]
    pub(crate) last: Option<String>,
    /// Up to when everything is known: a time, or `now` [default: the latest event]
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<String>,
    /// Only these: service=checkout,search
    #[arg(long, value_name = "DIMENSION=VALUES")]
    pub(crate) filter: Vec<String>,
    /// The time zone of days, weeks and months [default: UTC]
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<String>,
    /// One definition that differs: backwards=keep, environments=production,eu
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) define: Vec<String>,
}

/// What to measure.
#[derive(Debug, Args)]
#[command(next_help_heading = "Measure")]
pub(crate) struct MeasureArgs {
    #[command(flatten)]
    pub(crate) window: WindowArgs,
    /// Compare with the window before, or with another: `previous`, `none` or FROM..TO
    #[arg(long, value_name = "WINDOW")]
    pub(crate) compare: Option<String>,
    /// Group by service, team, repository, environment or label.NAME
    #[arg(long, value_name = "DIMENSION", value_delimiter = ',')]
    pub(crate) by: Vec<String>,
    /// Only so many groups, those that deploy most [default: all]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) top: Option<u32>,
    /// Show a series by day, week, month or quarter
    #[arg(long)]
    pub(crate) bucket: Option<BucketArg>,
    /// Whose definitions to use: dora, fourKeys, devLake, gitLab, middleware or pelorus
    #[arg(long, value_name = "NAME")]
    pub(crate) preset: Option<String>,
    /// The confidence level of intervals [default: 0.95]
    #[arg(long, value_name = "SHARE")]
    pub(crate) confidence: Option<String>,
    /// The report year whose levels to name; 0 for none [default: 2024]
    #[arg(long)]
    pub(crate) year: Option<u16>,
    /// A whole request, JSON or YAML, which the other options change
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) request: Option<PathBuf>,
}

/// Bucket lengths.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum BucketArg {
    Day,
    Week,
    Month,
    Quarter,
}

/// Targets and gates.
#[derive(Debug, Args)]
#[command(next_help_heading = "Targets and gates")]
pub(crate) struct GateArgs {
    /// A target to hold the numbers against: 'changeFailureRate <= 15%'
    #[arg(long, value_name = "CONDITION")]
    pub(crate) target: Vec<String>,
    /// Exit with 1 when this is so: 'changeFailureRate > 15%', 'leadTime > 2d'
    #[arg(long, value_name = "CONDITION")]
    pub(crate) fail_if: Vec<String>,
    /// What a gate does that is neither met nor breached
    #[arg(long, value_name = "pass|fail", default_value = "pass", hide_possible_values = true)]
    pub(crate) unproven: Unproven,
}

/// What a gate does that is neither met nor breached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Unproven {
    Pass,
    Fail,
}

/// How to show it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// How to write the report [default: told by the name of -o, else text]
    #[arg(long)]
    pub(crate) format: Option<Format>,
    /// Write to this file
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Whether to use colour
    #[arg(long, default_value = "auto", value_name = "WHEN")]
    pub(crate) color: Color,
    /// Say nothing while reading
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub(crate) quiet: bool,
}

/// How to write a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    #[value(alias = "md")]
    Markdown,
    Html,
    Json,
    #[value(alias = "prometheus")]
    Openmetrics,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_hold_together() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }
}
