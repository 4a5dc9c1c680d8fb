// Generated from the Rust types by core/tests/faces; do not edit.
import type { CallOptions, CallOptionsSync, EventOptions, EventOptionsSync } from "./handles.js";

export * from "./handles.js";

/** Measures change lead time, deployment frequency, change failure rate, failed deployment recovery time and rework rate. */
export declare function dora(request?: DoraRequest, options?: EventOptions): Promise<DoraReport>;
/** Measures change lead time, deployment frequency, change failure rate, failed deployment recovery time and rework rate. Blocks until it is done. */
export declare function doraSync(request?: DoraRequest, options?: EventOptionsSync): DoraReport;

/** Shows one history under the definitions of several tools, and which definition makes which difference. */
export declare function doraPresets(request?: PresetsRequest, options?: EventOptions): Promise<PresetsReport>;
/** Shows one history under the definitions of several tools, and which definition makes which difference. Blocks until it is done. */
export declare function doraPresetsSync(request?: PresetsRequest, options?: EventOptionsSync): PresetsReport;

/** Places one value among the levels of a report year, where its own table lets them be told apart. */
export declare function doraLevel(request: LevelRequest, options?: CallOptions): Promise<LevelReport>;
/** Places one value among the levels of a report year, where its own table lets them be told apart. Blocks until it is done. */
export declare function doraLevelSync(request: LevelRequest, options?: CallOptionsSync): LevelReport;

/** Evaluates feature flags of a file for somebody. */
export declare function flagsEvaluate(request: FlagsRequest, options?: CallOptions): Promise<FlagsReport>;
/** Evaluates feature flags of a file for somebody. Blocks until it is done. */
export declare function flagsEvaluateSync(request: FlagsRequest, options?: CallOptionsSync): FlagsReport;

/** Evaluates one feature flag of a file for somebody, and says why. */
export declare function flagsExplain(request: FlagExplainRequest, options?: CallOptions): Promise<FlagExplanation>;
/** Evaluates one feature flag of a file for somebody, and says why. Blocks until it is done. */
export declare function flagsExplainSync(request: FlagExplainRequest, options?: CallOptionsSync): FlagExplanation;

/** Looks a file of feature flags over: what cannot be used, and what is probably not meant. */
export declare function flagsLint(request: FlagsLintRequest, options?: CallOptions): Promise<FlagsLintReport>;
/** Looks a file of feature flags over: what cannot be used, and what is probably not meant. Blocks until it is done. */
export declare function flagsLintSync(request: FlagsLintRequest, options?: CallOptionsSync): FlagsLintReport;

/** Evaluates feature flags of a file for many at once: who would get what, and whether splits fall as they should. */
export declare function flagsSimulate(request: FlagsSimulateRequest, options?: CallOptions): Promise<FlagsSimulateReport>;
/** Evaluates feature flags of a file for many at once: who would get what, and whether splits fall as they should. Blocks until it is done. */
export declare function flagsSimulateSync(request: FlagsSimulateRequest, options?: CallOptionsSync): FlagsSimulateReport;

/** Says what sets two files of feature flags apart, how many it moves, and who. */
export declare function flagsDiff(request: FlagsDiffRequest, options?: CallOptions): Promise<FlagsDiffReport>;
/** Says what sets two files of feature flags apart, how many it moves, and who. Blocks until it is done. */
export declare function flagsDiffSync(request: FlagsDiffRequest, options?: CallOptionsSync): FlagsDiffReport;

/** Turns new weights of a split into ranges by which only those move who must. */
export declare function flagsReweigh(request: FlagsReweighRequest, options?: CallOptions): Promise<FlagsReweighReport>;
/** Turns new weights of a split into ranges by which only those move who must. Blocks until it is done. */
export declare function flagsReweighSync(request: FlagsReweighRequest, options?: CallOptionsSync): FlagsReweighReport;

/** The stable word for a kind of error. */
export type ErrorCode =
  | "invalidJson"
  | "unknownField"
  | "unknownValue"
  | "missingField"
  | "wrongType"
  | "outOfRange"
  | "invalidTime"
  | "invalidDuration"
  | "unknownTimeZone"
  | "invalidPattern"
  | "emptyWindow"
  | "conflict"
  | "unknownOperation"
  | "missingTable"
  | "tooLarge"
  | "invalidRecord"
  | "invalidUtf8"
  | "truncated"
  | "unreadable"
  | "unknownFormat"
  | "incompleteHistory"
  | "disclosure"
  | "cancelled"
  | "internal";

/** Own bands of one metric. */
export interface Band {
  /** The level. */
  level: Level;
  /** The worst value that still has it: at most this for times and shares, at least this for frequency. */
  bound: number;
}

/** How a window is cut into buckets. */
export type Bucket =
  /** Calendar days. */
  | "day"
  /** ISO 8601 weeks: Monday to Sunday. */
  | "week"
  /** Calendar months. */
  | "month"
  /** Calendar quarters. */
  | "quarter";

/** Something was changed: a commit, or what a team counts as one. */
export interface Change {
  /** When it was first written. */
  authoredAt?: TimeInput | null;
  /** When it was committed; the start of lead time by default. */
  committedAt?: TimeInput | null;
  /** The sha of the change that it is a copy of (a cherry-pick). */
  copyOf?: string | null;
  /** The id of the deployment that first shipped it, where known. */
  deployment?: string | null;
  /** Further dimensions to group or filter by, such as `tier` or `region`. */
  labels?: Record<string, string>;
  /** Whether it is a merge commit, which adds no work of its own. */
  merge?: boolean | null;
  /** When it reached the branch that is deployed; absent means when it was committed. */
  mergedAt?: TimeInput | null;
  /** The repository, such as `acme/checkout`. */
  repository?: string | null;
  /** The sha of the change that it takes back. */
  reverts?: string | null;
  /** The service (or application) it concerns. */
  service?: string | null;
  /** The commit's sha, or any id unique within its repository. */
  sha?: string | null;
  /** The team that owns it. */
  team?: string | null;
}

/** Where a field comes from. */
export interface Column {
  /** The value where none does. */
  constant?: string | null;
  /** The first of these that holds something: columns of CSV, and in JSON dotted paths (`service.name`, `teams.0.id`, `*` for all elements) or JSON pointers (`/service/name`). */
  from?: readonly string[];
  /** What any other word means; without it, another word is an error. */
  otherwise?: string | null;
  /** What words mean, in any case: `{"Erledigt": "success"}`. */
  words?: Record<string, string>;
}

/** What to compare the window with. */
export type Compare =
  /** Nothing. */
  | "none"
  /** The window of the same length just before: the month before a whole month, the quarter before a quarter. */
  | "previous"
  /** Any other window. */
  | { window: WindowInput };

/** The definitions in force; in a request, those given differ from the preset's; in a report, all are given. */
export interface DefinitionInput {
  /** Whether recovery counts every incident, not only those a deployment caused; default: no. */
  allIncidents?: boolean | null;
  /** What becomes of changes deployed before they were made, and of failures repaired before they began; default: `drop`. */
  backwards?: Backwards | null;
  /** Which deployment a rollback blames; default: `lastBefore`. */
  blame?: Blame | null;
  /** How a change finds its deployment; default: `auto`. */
  changeLink?: ChangeLink | null;
  /** What counts as one change; default: `commits`. */
  changeUnit?: ChangeUnit | null;
  /** How copies of one change are counted; default: `all`. */
  copies?: Copies | null;
  /** What is said of lead time, failure rate and recovery where there is nothing to measure; default: `unknown`. */
  empty?: Empty | null;
  /** Environments whose deployments count, an empty list for all of them; default: `production`. */
  environments?: readonly string[] | null;
  /** What the numerator of the failure rate counts; default: `deployments`. */
  failureCount?: FailureCount | null;
  /** What the denominator of the failure rate counts; default: `deployments`. */
  failureDenominator?: Denominator | null;
  /** Whether the first known deployment of a service ships changes; default: no, it would ship all of history. */
  firstDeployment?: boolean | null;
  /** How long a deployment is watched: failures noticed later do not count, and younger deployments are immature; `0s`: no limit and no wait; default: `7d`. */
  followUp?: Span | null;
  /** How the interval of a frequency is found; default: `quasiPoisson`. */
  frequencyInterval?: FrequencyInterval | null;
  /** How often, in one number; default: `rate`. */
  frequencyStatistic?: FrequencyStatistic | null;
  /** Whether an unplanned repair marks the deployment it repairs, or the one before it, as failed; default: yes. */
  hotfixes?: boolean | null;
  /** How long after a deployment an incident may begin and still be laid to it; default: `24h`. */
  incidentLimit?: Span | null;
  /** Where an incident that names no deployment looks for its cause; default: `service`. */
  incidentScope?: IncidentScope | null;
  /** By which end a change belongs to a window; default: `deployed`. */
  leadAnchor?: LeadAnchor | null;
  /** To which whole units each lead time is cut; default: `exact`. */
  leadRounding?: Rounding | null;
  /** Where lead time begins; default: `committed`. */
  leadStart?: LeadStart | null;
  /** Which number stands for all lead times; default: `median`. */
  leadStatistic?: LeadStatistic | null;
  /** How lead times of two windows are compared; default: `deploymentMedians`. */
  leadTest?: LeadTest | null;
  /** Whether a deployment failed that says so of itself; default: yes. */
  marks?: boolean | null;
  /** Whether merge commits are changes; default: no. */
  mergeCommits?: boolean | null;
  /** To which whole units each recovery is cut; default: `exact`. */
  recoveryRounding?: Rounding | null;
  /** Where recovery begins; default: `detected`. */
  recoveryStart?: RecoveryStart | null;
  /** Which number stands for all recoveries; default: `kaplanMeier`. */
  recoveryStatistic?: RecoveryStatistic | null;
  /** How recoveries of two windows are compared; default: `petoPeto`. */
  recoveryTest?: RecoveryTest | null;
  /** Which failures recovery counts in a window; default: `began`. */
  recoveryWindow?: RecoveryWindow | null;
  /** How a deployment of what is already live is counted; default: `count`. */
  redeploys?: Redeploys | null;
  /** Whether a change reverted after it shipped marks a failure; default: yes. */
  reverts?: boolean | null;
  /** Whether a rollback marks a failure; default: yes. */
  rollbacks?: boolean | null;
  /** On which day the weeks of `medianDaysPerWeek` begin; default: `monday`. */
  weekStart?: WeekStart | null;
}

/** Something was deployed. */
export interface Deployment {
  /** Whether it is the first known one, which ships all of history: its changes are left out of lead times. */
  baseline?: boolean | null;
  /** The shas (or ids) of the changes it was the first to ship, where the source knows them. */
  changes?: readonly string[];
  /** Where to, such as `production`; absent means `production`. */
  environment?: string | null;
  /** Whether somebody marked it as failed in production, needing intervention. */
  failed?: boolean | null;
  /** When that failure was noticed; absent means when it went live. */
  failedAt?: TimeInput | null;
  /** When it went live, or failed. */
  finishedAt?: TimeInput | null;
  /** Its id, unique within service and environment; without one, service, environment, version and time tell it apart. */
  id?: string | null;
  /** Further dimensions to group or filter by, such as `tier` or `region`. */
  labels?: Record<string, string>;
  /** The id of the deployment or incident that it repairs. */
  remediates?: string | null;
  /** The repository, such as `acme/checkout`. */
  repository?: string | null;
  /** When that failure was repaired. */
  restoredAt?: TimeInput | null;
  /** Whether it was unplanned and made to fix a user-facing problem. */
  rework?: boolean | null;
  /** Whether it put an earlier version back. */
  rollback?: boolean | null;
  /** The service (or application) it concerns. */
  service?: string | null;
  /** The commit that was deployed. */
  sha?: string | null;
  /** When it began. */
  startedAt?: TimeInput | null;
  /** How it ended; absent means `success`. */
  status?: DeploymentStatus | null;
  /** The team that owns it. */
  team?: string | null;
  /** What was deployed: a version or tag; a version seen before tells a rollback. */
  version?: string | null;
}

/** What counts as a deployment, where a source has several things that may. */
export type DeploymentSource =
  /** Deployments and their statuses. */
  | "deployments"
  /** Workflow runs (GitHub) or pipelines (GitLab) whose name matches `runs`. */
  | "runs"
  /** Published releases. */
  | "releases"
  /** Merged pull or merge requests. */
  | "mergedPullRequests";

/** How a deployment ended. */
export type DeploymentStatus =
  /** It is live. */
  | "success"
  /** It never went live. */
  | "failure"
  /** Somebody stopped it. */
  | "cancelled";

/** What to measure, how, and how to cut it. */
export interface DoraRequest {
  /** The instant up to which everything is known; absent: the latest event, never the clock. */
  asOf?: TimeInput | null;
  /** Buckets of the series; absent: no series. */
  bucket?: Bucket | null;
  /** Dimensions to group by: `service`, `team`, `repository`, `environment` or `label.NAME`. */
  by?: readonly string[];
  /** Count only working time; absent: all time counts. */
  calendar?: WorkingCalendar | null;
  /** What to compare with. @default "none" */
  compare?: Compare;
  /** The confidence level of intervals, and one minus the error rate of arrows. @default 0.95 */
  confidence?: number;
  /** Single definitions that differ from the preset's. */
  definition?: DefinitionInput;
  /** A few events, in the request itself; many belong in an event table. */
  events?: readonly Event[];
  /** Only rows with one of these values, by dimension. */
  filter?: Record<string, readonly string[]>;
  /** Instead of `window`: so long before `asOf`, such as `30d`. */
  last?: Span | null;
  /** How far two windows may differ and still count as the same (→), as a share of the value. @default 0.1 */
  margin?: number;
  /** Whose definitions to start from. @default "dora" */
  preset?: Preset;
  /** Targets to hold the numbers against. */
  targets?: readonly TargetInput[];
  /** Own thresholds instead of a report year's. */
  thresholds?: Thresholds | null;
  /** The IANA time zone of days, weeks and months; absent: UTC. */
  timeZone?: string | null;
  /** Only so many groups, those that deploy most in the window; the report says how many it leaves out, and adjusts tests for those that it holds. Absent: all. */
  top?: number | null;
  /** The window to measure; absent: from the day of the first deployment to that of `asOf`. */
  window?: WindowInput | null;
  /** The report year whose levels to name; 0 for none. @default 2024 */
  year?: number;
}

/** One event, tagged by its kind. */
export type Event =
  /** Something was deployed. */
  | { deployment: Deployment }
  /** Something was changed: a commit, or what a team counts as one. */
  | { change: Change }
  /** A pull or merge request, with the times of its stages. */
  | { pullRequest: PullRequest }
  /** Something broke. */
  | { incident: Incident };

/** Which flag to explain, and for whom. */
export interface FlagExplainRequest {
  /** The file of flags, as JSON text. */
  definitions: string;
  /** The flag. */
  flag: string;
  /** What is known of whom it is evaluated for, `targetingKey` above all. */
  context?: Record<string, JsonValue>;
  /** The instant of the evaluation, for rules and rollouts that begin or end; absent: those are an error. */
  now?: TimeInput | null;
}

/** Which files to hold against each other, and by whom. */
export interface FlagsDiffRequest {
  /** The file of flags as it was, as JSON text. */
  before: string;
  /** The file of flags as it is to be, as JSON text. */
  after: string;
  /** What is known of each of whom it shall be said whether they move; empty: only the files are compared. */
  contexts?: readonly (Record<string, JsonValue>)[];
  /** The instant at which files are compared; absent: nothing is said of rules that begin, end or grow. */
  now?: TimeInput | null;
  /** How many of those who move are named, for each way they go; absent: none. Private ones never are. */
  who?: number | null;
}

/** What file to look over, and for what. */
export interface FlagsLintRequest {
  /** The file of flags, as JSON text. */
  definitions: string;
  /** No findings of these codes. */
  ignore?: readonly LintCode[];
  /** What time it is; absent: nothing is said that depends on it. */
  now?: TimeInput | null;
  /** Only findings of these codes; empty: of all. */
  only?: readonly LintCode[];
  /** Whether flags without an end are told. @default false */
  requireExpiry?: boolean;
  /** Whether flags without an owner are told. @default false */
  requireOwner?: boolean;
  /** How old a flag that gives everybody the same may be; absent: 90 days. */
  staleAfter?: Span | null;
}

/** Which flags to evaluate, and for whom. */
export interface FlagsRequest {
  /** The file of flags, as JSON text. */
  definitions: string;
  /** What is known of whom they are evaluated for, `targetingKey` above all. */
  context?: Record<string, JsonValue>;
  /** The flags to evaluate; empty: all of them. */
  flags?: readonly string[];
  /** The instant of the evaluation, for rules and rollouts that begin or end; absent: those are an error. */
  now?: TimeInput | null;
}

/** Which split gets which weights. */
export interface FlagsReweighRequest {
  /** The file of flags, as JSON text. */
  definitions: string;
  /** The flag. */
  flag: string;
  /** The new weights, one for every variant that has buckets now; 0 takes them all away. */
  weights: readonly Share[];
  /** How many per cent of the units the ranges hold in all, above 0 and up to 100; absent: as many as now. */
  coverage?: number | null;
  /** The rule with the split: its `id`, or its place such as `rules[0]`; absent: the only one that has a split. */
  rule?: string | null;
}

/** Which flags to evaluate, and for whom. */
export interface FlagsSimulateRequest {
  /** The file of flags, as JSON text. */
  definitions: string;
  /** What is known of each for whom they are evaluated, `targetingKey` above all. */
  contexts: readonly (Record<string, JsonValue>)[];
  /** The flags to evaluate; empty: all of them. */
  flags?: readonly string[];
  /** The instant of the evaluations, for rules and rollouts that begin or end; absent: those are an error. */
  now?: TimeInput | null;
}

/** What a stream of bytes holds. */
export type Format =
  /** Told from the first byte and then from each record. */
  | "auto"
  /** Our own vocabulary as JSON: lines, documents or arrays. */
  | "events"
  /** Our own vocabulary as CSV. */
  | "csv"
  /** CDEvents, bare or in a CloudEvents envelope. */
  | "cdevents"
  /** GitHub webhooks and REST responses. */
  | "github"
  /** GitLab webhooks and REST responses. */
  | "gitlab"
  /** Incidents of PagerDuty: REST responses and webhooks. */
  | "pagerDuty"
  /** Issues of Jira: searches and CSV exports. */
  | "jira"
  /** Incidents of ServiceNow: the table interface, JSON and CSV exports. */
  | "serviceNow"
  /** Any other JSON or CSV, by the mapping given. */
  | "mapped";

/** What the records of a code host mean; the same options for GitHub and GitLab. */
export interface HostOptions {
  /** What counts as a deployment. @default ["deployments"] */
  deploymentsFrom?: readonly DeploymentSource[];
  /** The name of the webhook's event, as its header says; without it, it is told from the payload's shape. */
  event?: string | null;
  /** Issues with one of these labels or types, in any case, are incidents. @default ["incident"] */
  incidentLabels?: readonly string[];
  /** Whether pre-releases count as releases. @default false */
  prereleases?: boolean;
  /** Which runs count, as a pattern of their name or file with `*` for anything, in any case: `*deploy*`. */
  runs?: string | null;
}

/** Something broke. */
export interface Incident {
  /** `deployment` when a deployment caused it, `other` when none did; absent means not known. */
  cause?: string | null;
  /** The id of the deployment that caused it, where known. */
  deployment?: string | null;
  /** Where; absent means `production`. */
  environment?: string | null;
  /** Its id, unique within its source; records with the same id and service are merged. */
  id?: string | null;
  /** Further dimensions to group or filter by, such as `tier` or `region`. */
  labels?: Record<string, string>;
  /** When it came back after being resolved: it is open again until a later `resolvedAt`. */
  reopenedAt?: TimeInput | null;
  /** The repository, such as `acme/checkout`. */
  repository?: string | null;
  /** When service was restored; absent while it is open. */
  resolvedAt?: TimeInput | null;
  /** The service (or application) it concerns. */
  service?: string | null;
  /** How bad, in the source's words. */
  severity?: string | null;
  /** The commit that caused it, where known. */
  sha?: string | null;
  /** When it began, or was noticed. */
  startedAt?: TimeInput | null;
  /** The team that owns it. */
  team?: string | null;
}

/** The kinds of event. */
export type Kind =
  /** Something was deployed. */
  | "deployment"
  /** Something was changed. */
  | "change"
  /** A pull or merge request. */
  | "pullRequest"
  /** Something broke. */
  | "incident";

/** Which level a value has. */
export interface LevelRequest {
  /** The metric. */
  metric: Metric;
  /** Its value: seconds, deployments a day, or a share. */
  value: number;
  /** Own bands instead of a report year's. */
  bands?: readonly Band[];
  /** The upper end of its interval; absent: the value itself. */
  high?: number | null;
  /** The lower end of its interval; absent: the value itself. */
  low?: number | null;
  /** The report year; absent: 2024. @default 2024 */
  year?: number | null;
}

/** One event that a record gives. */
export interface MappedEvent {
  /** Its kind. */
  kind: Kind;
  /** Where its fields come from. */
  fields: Record<string, Column>;
  /** Lists inside each other: one event for each element of the last, such as `["changelog.histories", "items"]`. Columns are then looked up in the innermost element first and in the record last. */
  each?: readonly string[];
  /** Where its labels come from. */
  labels?: Record<string, Column>;
  /** Only records in which none of these columns has one of its words. */
  unless?: Record<string, readonly string[]>;
  /** Only records in which each of these columns has one of its words, in any case, `*` for anything. */
  when?: Record<string, readonly string[]>;
}

/** How records of another tool, JSON or CSV, become events. */
export interface Mapping {
  /** What it is for, for people. */
  description?: string | null;
  /** What each record gives; every rule that holds gives an event, and a record for which none holds is counted. */
  events?: readonly MappedEvent[];
  /** The name of the list that holds the records, in JSON that wraps them under an unusual name. */
  list?: string | null;
  /** The zone of times written without an offset: an IANA name, `UTC` or an offset such as `+02:00`. It is never guessed; `timeZone` among the options of reading goes before it. A time that occurs twice is the earlier one. */
  timeZone?: string | null;
  /** How times are written, tried in order: `rfc3339`, `epochSeconds`, `epochMilliseconds`, or a pattern such as `%Y-%m-%d %H:%M:%S`; empty means `rfc3339`. */
  times?: readonly string[];
}

/** What to measure under every preset. Days, weeks and months are those of UTC, as in all five tools. */
export interface PresetsRequest {
  /** The instant up to which everything is known; absent: the latest event, never the clock. */
  asOf?: TimeInput | null;
  /** Single definitions that hold under every preset, such as the environments that count. */
  definition?: DefinitionInput;
  /** A few events, in the request itself; many belong in an event table. */
  events?: readonly Event[];
  /** Only rows with one of these values, by dimension. */
  filter?: Record<string, readonly string[]>;
  /** Instead of `window`: so long before `asOf`, such as `30d`. */
  last?: Span | null;
  /** The presets to hold against `dora`; empty: all of them. */
  presets?: readonly Preset[];
  /** The window to measure; absent: from the day of the first deployment to that of `asOf`. */
  window?: WindowInput | null;
}

/** A pull or merge request, with the times of its stages. */
export interface PullRequest {
  /** When it was approved. */
  approvedAt?: TimeInput | null;
  /** The id of the deployment that first shipped it, where known. */
  deployment?: string | null;
  /** When its first commit was written. */
  firstCommitAt?: TimeInput | null;
  /** When somebody else first reviewed it. */
  firstReviewAt?: TimeInput | null;
  /** Its id, such as `acme/checkout#17`. */
  id?: string | null;
  /** Further dimensions to group or filter by, such as `tier` or `region`. */
  labels?: Record<string, string>;
  /** The commit that merged it: joins it to a change and so to a deployment. */
  mergeSha?: string | null;
  /** When it was merged; absent while it is open, or when it was closed without a merge. */
  mergedAt?: TimeInput | null;
  /** When it was opened. */
  openedAt?: TimeInput | null;
  /** The repository, such as `acme/checkout`. */
  repository?: string | null;
  /** The service (or application) it concerns. */
  service?: string | null;
  /** The team that owns it. */
  team?: string | null;
}

/** How to read a stream. */
export interface ReadOptions {
  /** The environment of records that name none. */
  environment?: string | null;
  /** What other tools' names of environments mean: patterns with `*` for anything, in any case, and the name to use; an exact name goes before a pattern, a longer pattern before a shorter one. Absent, `production`, `prod`, `prd` and `live` mean `production`, alone or followed by something other than a letter (`prod1`, `prod-eu`, `production_blue`); empty, every name stays as it is. Our own vocabulary is never renamed. */
  environments?: Record<string, string> | null;
  /** What it holds. @default "auto" */
  format?: Format;
  /** What the records of GitHub or GitLab mean. @default {"deploymentsFrom":["deployments"],"event":null,"incidentLabels":["incident"],"prereleases":false,"runs":null} */
  host?: HostOptions;
  /** The kind of all rows of a CSV file that has no column `kind`. */
  kind?: Kind | null;
  /** What its columns mean, for the format `mapped`. */
  mapping?: Mapping | null;
  /** The name of the file, for errors and origins. */
  name?: string;
  /** The repository of records that name none. */
  repository?: string | null;
  /** The service of records that name none. */
  service?: string | null;
  /** What happens at a record that cannot be taken. @default "strict" */
  strictness?: Strictness;
  /** The team of records that name none. */
  team?: string | null;
  /** The zone of times that carry none, such as `Europe/Berlin` or `+02:00`; without it they are refused. */
  timeZone?: string | null;
}

/** A share of the units. */
export interface Share {
  /** What they get. */
  variant: string;
  /** How many of them, against the sum of all weights. */
  weight: number;
}

/** What happens at a record that cannot be taken. */
export type Strictness =
  /** Reading stops, with file and line. */
  | "strict"
  /** It is counted and listed, and reading goes on. */
  | "lenient";

/** A target for one metric. */
export interface TargetInput {
  /** The metric. */
  metric: Metric;
  /** The smallest value that meets it, in the metric's unit. */
  atLeast?: number | null;
  /** The largest value that meets it, in the metric's unit. */
  atMost?: number | null;
}

/** Own thresholds; whatever reaches no band is `low`. */
export interface Thresholds {
  /** Change failure rate, as a share. */
  changeFailureRate?: readonly Band[];
  /** Deployment frequency, per day. */
  deploymentFrequency?: readonly Band[];
  /** Change lead time, in seconds. */
  leadTime?: readonly Band[];
  /** Failed deployment recovery time, in seconds. */
  recoveryTime?: readonly Band[];
  /** Deployment rework rate, as a share. */
  reworkRate?: readonly Band[];
}

/** A time: RFC 3339 text with an offset, such as `2025-03-01T09:30:00Z`. */
export type TimeInput = Date | string;

/** A half-open window of time: `from` is inside, `to` is not. */
export interface WindowInput {
  /** The first instant inside. */
  from: TimeInput;
  /** The first instant after. */
  to: TimeInput;
}

/** A working calendar: time outside it does not count towards durations. */
export interface WorkingCalendar {
  /** Stretches in which nothing may be deployed. */
  freezes?: readonly WindowInput[];
  /** Dates on which nobody works, such as `2025-12-25`. */
  holidays?: readonly string[];
  /** Working hours; none given means all hours of Monday to Friday. */
  hours?: readonly WorkingHours[];
}

/** Working hours of one weekday, on the wall clock of the report's zone. */
export interface WorkingHours {
  /** `monday` to `sunday`. */
  day: string;
  /** When work begins, such as `09:00`. */
  from: string;
  /** When work ends, such as `17:30`; `24:00` is the end of the day. */
  to: string;
}

/** Where a number went: drawn by a test, not by a sign. */
export type Arrow =
  /** It rose. */
  | "up"
  /** It fell. */
  | "down"
  /** It stayed the same, within the margin. */
  | "same"
  /** Nothing is proven. */
  | "notProven";

/** What becomes of a change that seems deployed before it was made. */
export type Backwards =
  /** It is left out, and counted. */
  | "drop"
  /** Its lead time is taken as zero, and counted. */
  | "clamp"
  /** Its negative lead time stays, and is counted. */
  | "keep"
  /** It is left out together with lead times of exactly zero (Four Keys). */
  | "dropZeroToo";

/** Which deployment a rollback blames, for 1 → 2 → 3 → back to 1. */
export type Blame =
  /** The one that was live when it was rolled back: 3 (Swarmia). */
  | "lastBefore"
  /** The first after the version that was restored: 2 (Datadog). */
  | "firstAfterTarget";

/** How a change finds the deployment that shipped it. */
export type ChangeLink =
  /** Explicit links where given, else the deployment of its sha, else the next deployment of its service. */
  | "auto"
  /** Explicit links only. */
  | "explicit"
  /** The first deployment of its service that ended at or after its merge. */
  | "nextDeployment"
  /** Only the deployed commit itself counts, not what came with it (Pelorus). */
  | "headOnly";

/** What counts as one change. */
export type ChangeUnit =
  /** A commit. */
  | "commits"
  /** A pull request, by the commit that merged it; a commit where no pull requests are known. */
  | "pullRequests";

/** One metric in two windows. */
export interface Comparison {
  /** The value in the window. */
  current: Estimate;
  /** The value in the other window. */
  previous: Estimate;
  /** The change: a ratio for times and frequency (1 is no change), a difference for shares (0 is no change). */
  change: Estimate;
  /** The test that was made. */
  test: string;
  /** Where it went. */
  arrow: Arrow;
  /** Whether that is for the better; absent when nothing is proven, or it stayed the same. */
  better?: boolean;
  /** What part of the difference lies in the mix of services. */
  mix?: Mix;
  /** Its p-value. */
  p?: number;
  /** The p-value adjusted for all tests of this report (Benjamini–Hochberg). */
  pAdjusted?: number;
  /** The difference of mean durations, each cut at the horizon that its method names, in seconds; of recovery only. */
  restrictedMean?: Estimate;
}

/** The five metrics in two windows. */
export interface Comparisons {
  /** Change lead time. */
  leadTime: Comparison;
  /** Deployment frequency. */
  deploymentFrequency: Comparison;
  /** Change failure rate. */
  changeFailureRate: Comparison;
  /** Failed deployment recovery time. */
  recoveryTime: Comparison;
  /** Deployment rework rate. */
  reworkRate: Comparison;
}

/** How cherry-picked copies of one change are counted. */
export type Copies =
  /** Each copy is a change. */
  | "all"
  /** Only the first shipped copy is. */
  | "first";

/** What became of the data. */
export interface Data {
  /** Deployments known, of all environments and outcomes. */
  deployments: number;
  /** Changes known. */
  changes: number;
  /** Pull requests known. */
  pullRequests: number;
  /** Incidents known. */
  incidents: number;
  /** Records of things already known, merged into them. */
  merged: Settled;
  /** What happened while reading. */
  read: Quality;
  /** Deployments in the window that ship no known change. */
  deploymentsWithoutChanges: number;
  /** Incidents in the window that no deployment is known to have caused. */
  unlinkedIncidents: number;
  /** Deployments in the window whose end is not known. */
  unfinishedDeployments: number;
  /** Events after `asOf`, left out. */
  afterAsOf: number;
  /** Unlinked incidents in order of time, then deployments by service, the first thousand of them. */
  unlinked: Unlinked[];
  /** Values of the request's `filter` that no row has, the first twenty of them. */
  unmatchedFilters?: UnmatchedFilter[];
}

/** The definitions in force; in a request, those given differ from the preset's; in a report, all are given. */
export interface Definition {
  /** Whether recovery counts every incident, not only those a deployment caused; default: no. */
  allIncidents?: boolean;
  /** What becomes of changes deployed before they were made, and of failures repaired before they began; default: `drop`. */
  backwards?: Backwards;
  /** Which deployment a rollback blames; default: `lastBefore`. */
  blame?: Blame;
  /** How a change finds its deployment; default: `auto`. */
  changeLink?: ChangeLink;
  /** What counts as one change; default: `commits`. */
  changeUnit?: ChangeUnit;
  /** How copies of one change are counted; default: `all`. */
  copies?: Copies;
  /** What is said of lead time, failure rate and recovery where there is nothing to measure; default: `unknown`. */
  empty?: Empty;
  /** Environments whose deployments count, an empty list for all of them; default: `production`. */
  environments?: string[];
  /** What the numerator of the failure rate counts; default: `deployments`. */
  failureCount?: FailureCount;
  /** What the denominator of the failure rate counts; default: `deployments`. */
  failureDenominator?: Denominator;
  /** Whether the first known deployment of a service ships changes; default: no, it would ship all of history. */
  firstDeployment?: boolean;
  /** How long a deployment is watched: failures noticed later do not count, and younger deployments are immature; `0s`: no limit and no wait; default: `7d`. */
  followUp?: Span;
  /** How the interval of a frequency is found; default: `quasiPoisson`. */
  frequencyInterval?: FrequencyInterval;
  /** How often, in one number; default: `rate`. */
  frequencyStatistic?: FrequencyStatistic;
  /** Whether an unplanned repair marks the deployment it repairs, or the one before it, as failed; default: yes. */
  hotfixes?: boolean;
  /** How long after a deployment an incident may begin and still be laid to it; default: `24h`. */
  incidentLimit?: Span;
  /** Where an incident that names no deployment looks for its cause; default: `service`. */
  incidentScope?: IncidentScope;
  /** By which end a change belongs to a window; default: `deployed`. */
  leadAnchor?: LeadAnchor;
  /** To which whole units each lead time is cut; default: `exact`. */
  leadRounding?: Rounding;
  /** Where lead time begins; default: `committed`. */
  leadStart?: LeadStart;
  /** Which number stands for all lead times; default: `median`. */
  leadStatistic?: LeadStatistic;
  /** How lead times of two windows are compared; default: `deploymentMedians`. */
  leadTest?: LeadTest;
  /** Whether a deployment failed that says so of itself; default: yes. */
  marks?: boolean;
  /** Whether merge commits are changes; default: no. */
  mergeCommits?: boolean;
  /** To which whole units each recovery is cut; default: `exact`. */
  recoveryRounding?: Rounding;
  /** Where recovery begins; default: `detected`. */
  recoveryStart?: RecoveryStart;
  /** Which number stands for all recoveries; default: `kaplanMeier`. */
  recoveryStatistic?: RecoveryStatistic;
  /** How recoveries of two windows are compared; default: `petoPeto`. */
  recoveryTest?: RecoveryTest;
  /** Which failures recovery counts in a window; default: `began`. */
  recoveryWindow?: RecoveryWindow;
  /** How a deployment of what is already live is counted; default: `count`. */
  redeploys?: Redeploys;
  /** Whether a change reverted after it shipped marks a failure; default: yes. */
  reverts?: boolean;
  /** Whether a rollback marks a failure; default: yes. */
  rollbacks?: boolean;
  /** On which day the weeks of `medianDaysPerWeek` begin; default: `monday`. */
  weekStart?: WeekStart;
}

/** What the denominator of the failure rate counts. */
export type Denominator =
  /** All deployments. */
  | "deployments"
  /** Deployments that are not rollbacks. */
  | "lessRollbacks"
  /** Deployments that do not only repair (Uplevel). */
  | "lessRework"
  /** Changes with a lead time (Pelorus). */
  | "changes";

/** What one option does to one number. */
export interface Difference {
  /** The metric. */
  metric: Metric;
  /** The option. */
  option: string;
  /** The same in a sentence. */
  sentence: string;
  /** The number before; absent where there was none. */
  from?: number;
  /** The number after; absent where there is none. */
  to?: number;
}

/** What became of something. */
export type DifferenceKind =
  /** It was not there before. */
  | "added"
  /** It is not there any more. */
  | "removed"
  /** It is another. */
  | "changed"
  /** It is as it was; what it depends on is not. */
  | "same";

/** The five metrics of one group. */
export interface DoraGroup {
  /** Its name: the values of the dimensions. */
  name: string;
  /** The value of each dimension; empty for the whole. */
  key: Record<string, string>;
  /** Change lead time. */
  leadTime: LeadTime;
  /** Deployment frequency. */
  deploymentFrequency: Frequency;
  /** Change failure rate. */
  changeFailureRate: FailureRate;
  /** Failed deployment recovery time. */
  recoveryTime: Recovery;
  /** Deployment rework rate. */
  reworkRate: ReworkRate;
  /** Against the other window. */
  comparisons?: Comparisons;
  /** The levels that the numbers allow. */
  levels?: Levels;
  /** The five metrics by bucket. */
  series?: Series;
  /** Targets met, breached or not proven. */
  targets?: TargetVerdict[];
}

/** The five delivery metrics of a window, overall and by group. */
export interface DoraReport {
  /** The schema of this report. */
  schema: string;
  /** What a manager would say, a sentence each. */
  sentences: string[];
  /** The window that was measured. */
  window: Window;
  /** The instant up to which everything is known. */
  asOf: Time;
  /** The time zone of days, weeks and months. */
  timeZone: string;
  /** The release of the IANA time zone database. */
  timeZoneDatabase: string;
  /** The confidence level of intervals. */
  confidence: number;
  /** Whose definitions were the start. */
  preset: Preset;
  /** All definitions in force. */
  definition: Definition;
  /** The dimensions of the groups. */
  by: string[];
  /** The buckets of every series, in order. */
  buckets: Period[];
  /** Everything together. */
  overall: DoraGroup;
  /** Each group, by name. */
  groups: DoraGroup[];
  /** What became of the data: nothing is dropped in silence. */
  data: Data;
  /** The window it was compared with. */
  comparedWith?: Window;
  /** How many groups the request's `top` leaves out; absent: none. */
  groupsLeftOut?: number;
}

/** What is said of a metric that has nothing to measure. */
export type Empty =
  /** That there is nothing. */
  | "unknown"
  /** Zero, which looks like the best value there is. */
  | "zero";

/** A measured value with its interval, or the reason why there is none: never a bare number, NaN or infinity. */
export type Estimate =
  /** There is a value. */
  | {
      kind: "value";
      /** The value itself. */
      value: number;
      /** What it counts. */
      unit: Unit;
      /** Where the true value may lie; absent when too little is known to bound it at all (see `note`). */
      interval: Interval | null;
      /** How many observations stand behind it. */
      n: number;
      /** How value and interval were found, such as `median, woodruff clustered by deployment`. */
      method: string;
      /** Why there is no interval, or what else the reader must know; absent when nothing. */
      note?: string;
    }
  /** There are too few observations to say. */
  | {
      kind: "notEnough";
      /** Why, as a stable word: `noData`, `tooFewClusters`, `notReached`, … */
      reason: string;
      /** How many observations there are. */
      have: number;
      /** How many it would take. */
      need: number;
    };

/** What the numerator of the failure rate counts. */
export type FailureCount =
  /** Failed deployments. */
  | "deployments"
  /** Incidents laid to a deployment, of which one may have several: the rate may exceed 1 (Four Keys). */
  | "incidents"
  /** Incidents that began in the window, whatever caused them: the rate may exceed 1 (GitLab, Pelorus). */
  | "allIncidents";

/** Which share of deployments failed in production. */
export interface FailureRate {
  /** The share. */
  rate: Estimate;
  /** The numerator. */
  failures: number;
  /** The denominator: deployments watched for the whole follow-up. */
  deployments: number;
  /** Deployments too young to know. */
  immature: number;
  /** Failures of immature deployments, not in the rate. */
  immatureFailures: number;
  /** Failures noticed after the follow-up, not in the rate. */
  lateFailures: number;
}

/** One place that differs. */
export interface FlagChange {
  /** Where it stands, such as `flags.x.rules[0].split[1].weight`; where it was, if it is not there any more. */
  path: string;
  /** What became of it. */
  kind: DifferenceKind;
  /** What it is; of a list of values, those that are new. */
  after?: JsonValue;
  /** What it was; of a list of values, those that are gone. */
  before?: JsonValue;
}

/** What sets a flag apart from what it was. */
export interface FlagDifference {
  /** The flag's name. */
  flag: string;
  /** What became of it. */
  kind: DifferenceKind;
  /** Its fields that differ; none for a flag that was added or removed. */
  changes: FlagChange[];
  /** Its rules whose ranges differ, where they hash as they did. */
  splits: SplitDifference[];
  /** How many of the contexts get another variant. */
  moved: number;
  /** From which variant to which, the most first. */
  moves: FlagMove[];
  /** How many of all units get another variant, from 0 to 1, where the definitions alone tell: nothing but hashes decides, and those spread units evenly. */
  share?: number;
}

/** What is wrong, in OpenFeature's words. */
export type FlagErrorCode =
  /** There is no flag of this name. */
  | "FLAG_NOT_FOUND"
  /** The flag's definition is malformed. */
  | "PARSE_ERROR"
  /** The flag's values are of another type. */
  | "TYPE_MISMATCH"
  /** The context has no unit to hash. */
  | "TARGETING_KEY_MISSING"
  /** An attribute cannot be used, such as a unit that is not a text or a whole number. */
  | "INVALID_CONTEXT"
  /** Anything else, such as a value that is none of the flag's variants, or a definition that takes too many steps. */
  | "GENERAL";

/** A flag's value for somebody. */
export interface FlagEvaluation {
  /** The flag's name. */
  flag: string;
  /** Why, in OpenFeature's words. */
  reason: FlagReason;
  /** What is known about the flag. */
  metadata: Record<string, JsonValue>;
  /** What is wrong, where something is. */
  errorCode?: FlagErrorCode;
  /** What is wrong, in a sentence. */
  errorMessage?: string;
  /** The rule that decided. */
  rule?: string;
  /** The value; absent where the caller's default stands. */
  value?: JsonValue;
  /** The variant; absent where the caller's default stands. */
  variant?: string;
}

/** A flag's value for somebody, and each step by which it was found. */
export interface FlagExplanation {
  /** The flag's name. */
  flag: string;
  /** Why, in OpenFeature's words. */
  reason: FlagReason;
  /** What was looked at, in order. */
  steps: FlagStep[];
  /** The steps in words, a sentence each. */
  sentences: string[];
  /** What is wrong, where something is. */
  errorCode?: FlagErrorCode;
  /** What is wrong, in a sentence. */
  errorMessage?: string;
  /** The rule that decided. */
  rule?: string;
  /** The value; absent where the caller's default stands. */
  value?: JsonValue;
  /** The variant; absent where the caller's default stands. */
  variant?: string;
}

/** How many go from one variant to another. */
export interface FlagMove {
  /** How many. */
  count: number;
  /** How many of all contexts, from 0 to 1. */
  share: number;
  /** Some of them, by their units. */
  who: string[];
  /** The variant as it was; absent: the caller's default. */
  from?: string;
  /** The variant as it is to be; absent: the caller's default. */
  to?: string;
}

/** Something wrong in a file of flags. */
export interface FlagProblem {
  /** A stable word, such as `wrongType`. */
  code: string;
  /** Where, such as `flags.x.rules[0].when`. */
  path: string;
  /** What, in a sentence. */
  message: string;
  /** The flag that is malformed by it; absent where none is. */
  flag?: string;
}

/** Why a value is what it is, in OpenFeature's words. */
export type FlagReason =
  /** The flag has no rules: everybody gets its default variant. */
  | "STATIC"
  /** No rule gave a variant. */
  | "DEFAULT"
  /** A rule, an override or a prerequisite gave it. */
  | "TARGETING_MATCH"
  /** The bucket decided. */
  | "SPLIT"
  /** The flag is not in use. */
  | "DISABLED"
  /** Something is wrong: the value is the caller's default. */
  | "ERROR";

/** One thing that was looked at. */
export interface FlagStep {
  /** Where it stands in the flag, such as `rules[0].when.all[1]`. */
  path: string;
  /** What it is. */
  kind: FlagStepKind;
  /** What was found. */
  outcome: FlagStepOutcome;
  /** Whether the value is private and not shown. */
  private: boolean;
  /** Whether the rule does not hold at this instant. */
  outOfTime: boolean;
  /** The attribute that was compared. */
  attribute?: string;
  /** The unit's bucket, of a million; in a targeting, of the sum of weights. */
  bucket?: number;
  /** What it was compared with, in words; absent where that would say a private value. */
  expected?: string;
  /** Its value; absent where it is missing or private. */
  found?: JsonValue;
  /** The first bucket of the range that it was held against; absent where none holds it. */
  from?: number;
  /** The name of the other flag, holdout, layer, segment or rule. */
  name?: string;
  /** The bucket after the last of that range. */
  to?: number;
}

/** What a step looked at. */
export type FlagStepKind =
  /** Whether another flag has one of the variants that this one needs. */
  | "prerequisite"
  /** Whether an override names the unit. */
  | "override"
  /** Whether the unit is in a holdout. */
  | "holdout"
  /** Whether the unit is in the flag's part of its layer. */
  | "layer"
  /** Whether a rule gives a variant. */
  | "rule"
  /** Whether the targeting of a flag of flagd's gives a variant. */
  | "targeting"
  /** Whether somebody belongs to a segment. */
  | "segment"
  /** Whether all, any or none of some conditions hold. */
  | "group"
  /** Whether an attribute compares as it should. */
  | "condition";

/** What a step found. */
export type FlagStepOutcome =
  /** It holds. */
  | "yes"
  /** It does not. */
  | "no"
  /** Nobody can tell: an attribute is missing or of another type. */
  | "unknown"
  /** The evaluation ended here with an error. */
  | "stopped";

/** What sets two files of flags apart, and whom it moves. */
export interface FlagsDiffReport {
  /** The version of this report: `truenorth/flags-diff/1`. */
  schema: string;
  /** For how many both files were evaluated. */
  contexts: number;
  /** For how many of them at least one flag gives another variant. */
  moved: number;
  /** Flags that differ, or that give somebody another variant, in alphabetical order. */
  flags: FlagDifference[];
  /** What else differs: segments, layers, holdouts and what stands at the top of the file. */
  others: FlagChange[];
  /** What is wrong with the file as it was. */
  problemsBefore: FlagProblem[];
  /** What is wrong with the file as it is to be. */
  problemsAfter: FlagProblem[];
  /** What should be known first, a sentence each: changes of weights that move more than they must. */
  sentences: string[];
  /** The instant at which the files were compared. */
  now?: Time;
}

/** What lint found in a file of flags. */
export interface FlagsLintReport {
  /** The version of this report: `truenorth/flags-lint/1`. */
  schema: string;
  /** How many flags the file has. */
  flags: number;
  /** How many findings are errors. */
  errors: number;
  /** How many findings are warnings. */
  warnings: number;
  /** How many findings are only worth knowing. */
  infos: number;
  /** What was found, by path. */
  findings: LintFinding[];
  /** What time it was taken to be; absent: nothing is said that depends on it. */
  now?: Time;
}

/** The flags' values, and what is wrong with the file. */
export interface FlagsReport {
  /** The version of this report: `truenorth/flags/1`. */
  schema: string;
  /** A flag each: in the order that was asked for, else in alphabetical order. */
  evaluations: FlagEvaluation[];
  /** What is wrong with single flags, segments, layers or holdouts; they harm no others. */
  problems: FlagProblem[];
}

/** The ranges to put in the place of a split, by which only those move who must. */
export interface FlagsReweighReport {
  /** The version of this report: `truenorth/flags-reweigh/1`. */
  schema: string;
  /** The flag. */
  flag: string;
  /** Where its rule stands, such as `flags.x.rules[0]`. */
  path: string;
  /** The ranges as they are. */
  before: Range[];
  /** The ranges as they should be written. */
  ranges: Range[];
  /** How many buckets change hands: the sum of what variants gain. */
  moved: number;
  /** How many of the units that the rule concerns move by it, from 0 to 1. */
  share: number;
  /** How many buckets would change hands if the weights were written as a `split`. */
  plain: number;
}

/** Who would get what, in numbers; nobody is exposed to anything by it. */
export interface FlagsSimulateReport {
  /** The version of this report: `truenorth/flags-simulate/1`. */
  schema: string;
  /** For how many the flags were evaluated. */
  contexts: number;
  /** A flag each: in the order that was asked for, else in alphabetical order. */
  flags: SimulatedFlag[];
  /** What is wrong with single flags, segments, layers or holdouts; they harm no others. */
  problems: FlagProblem[];
  /** What should be known first, a sentence each: splits that do not fall as they should, and errors. */
  sentences: string[];
  /** The instant of the evaluations. */
  now?: Time;
}

/** How often is deployed. */
export interface Frequency {
  /** Deployments per day of the window. */
  perDay: Estimate;
  /** How many deployments. */
  deployments: number;
  /** How many teams deployed. */
  teams: number;
  /** How many services were deployed. */
  services: number;
  /** The length of the window, in days of 24 hours. */
  days: number;
  /** On how many calendar days something was deployed. */
  activeDays: number;
  /** Variance of the weekly counts over their mean: 1 for independent deployments. */
  dispersion?: number;
  /** Correlation of each week's count with the next. */
  lagOne?: number;
  /** The same divided by the number of teams, where teams are known. */
  perTeamDay?: Estimate;
}

/** How the interval of a frequency is found. */
export type FrequencyInterval =
  /** With the dispersion that was measured. */
  | "quasiPoisson"
  /** As if deployments were independent of each other (Garwood). */
  | "poisson";

/** How often, in one number. */
export type FrequencyStatistic =
  /** Deployments per day of the window. */
  | "rate"
  /** The median over complete weeks of days with a deployment, per day (Four Keys). */
  | "medianDaysPerWeek"
  /** The largest number of days with a deployment in a week, cut weeks included, whose percent rank is at most one half, per day (DevLake). */
  | "lowerMedianDaysPerWeek"
  /** Deployments per calendar day, week or month of the window, cut ones included, in whole numbers rounded down; the first of the three that is not zero, per day (Middleware). */
  | "wholeNumbers";

/** Among which deployments an incident that names none looks for its cause. */
export type IncidentScope =
  /** Those of the same service. */
  | "service"
  /** All of them (DevLake). */
  | "everywhere"
  /** Among none: it stays without one (Four Keys). */
  | "nowhere";

/** A confidence interval; an end that the data cannot bound is `None`, never infinity. */
export interface Interval {
  /** The lower end; absent when the data do not bound it. */
  low: number | null;
  /** The upper end; absent when the data do not bound it. */
  high: number | null;
  /** The confidence level, such as 0.95. */
  level: number;
}

/** Any JSON value: text, a number, a boolean, null, a list or an object. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** By which end a change belongs to a window. */
export type LeadAnchor =
  /** By its deployment: every lead time is known, and changes that wait are counted beside. */
  | "deployed"
  /** By its beginning: a survival curve, in which changes that wait count as lasting at least until now. */
  | "begun";

/** Where lead time begins. */
export type LeadStart =
  /** When the change was committed. */
  | "committed"
  /** When the change was first written. */
  | "authored"
  /** When the change reached the branch that is deployed. */
  | "merged"
  /** When its pull request was opened. */
  | "opened"
  /** When the first commit of its pull request was written; where none is known, when it was committed. */
  | "firstCommit";

/** Which number stands for all lead times. */
export type LeadStatistic =
  /** The median (type 7). */
  | "median"
  /** The mean. */
  | "mean"
  /** The largest value whose percent rank is at most one half (DevLake). */
  | "lowerMedian"
  /** The median of the medians of each day (GitLab). */
  | "medianOfDailyMedians"
  /** The mean of the means of each service (Pelorus). */
  | "meanOfServiceMeans";

/** How lead times of two windows are compared. */
export type LeadTest =
  /** By rank, on the medians of deployments (Mann–Whitney, or van Elteren within services). */
  | "deploymentMedians"
  /** By rank, on all changes, with deployments as clusters (Obuchowski). */
  | "clusteredChanges";

/** From commit to production, of the changes deployed in the window. */
export interface LeadTime {
  /** The number that stands for all: the median unless defined otherwise. */
  median: Estimate;
  /** Nine in ten took at most this long. */
  p90: Estimate;
  /** How many changes were deployed. */
  changes: number;
  /** In how many deployments. */
  deployments: number;
  /** Changes that are not deployed yet. */
  waiting: Waiting;
  /** Changes that seem deployed before they were made. */
  backwards: number;
  /** Changes of first deployments, which ship all of history. */
  baseline: number;
  /** How many times more the median varies than if changes were independent. */
  designEffect?: number;
  /** Where the time goes, of the pull requests deployed in the window. */
  stages?: Stage[];
}

/** A level of performance. */
export type Level =
  /** The lowest. */
  | "low"
  /** The second lowest. */
  | "medium"
  /** The second highest. */
  | "high"
  /** The highest. */
  | "elite";

/** Which level a number has, where that can be said. */
export type LevelAnswer =
  /** The whole interval lies in one level. */
  | {
      kind: "level";
      /** That level. */
      level: Level;
    }
  /** The interval spans several levels. */
  | {
      kind: "span";
      /** The lowest of them. */
      lowest: Level;
      /** The highest of them. */
      highest: Level;
    }
  /** The year's own table does not tell these levels apart, or is not monotone. */
  | {
      kind: "notSeparable";
      /** The levels it may be. */
      levels: Level[];
      /** Why, in a sentence. */
      reason: string;
    }
  /** The year has no levels. */
  | {
      kind: "noLevels";
      /** Why, in a sentence. */
      reason: string;
    }
  /** There is no number to place. */
  | {
      kind: "noData";
    };

/** A level, and where it comes from. */
export interface LevelReport {
  /** The level, where it can be told. */
  answer: LevelAnswer;
  /** Where the year's table was read; empty for own bands. */
  source: string;
}

/** The levels of the metrics. */
export interface Levels {
  /** The report year; 0 for own thresholds. */
  year: number;
  /** Where the year's table was read. */
  source: string;
  /** Change lead time. */
  leadTime: LevelAnswer;
  /** Deployment frequency. */
  deploymentFrequency: LevelAnswer;
  /** Change failure rate. */
  changeFailureRate: LevelAnswer;
  /** Failed deployment recovery time. */
  recoveryTime: LevelAnswer;
  /** Deployment rework rate; no report year has levels for it. */
  reworkRate: LevelAnswer;
  /** The team archetypes of a year without levels. */
  archetypes?: string[];
}

/** What is found; matches on it need a wildcard arm. */
export type LintCode =
  /** the flag, segment, layer or holdout cannot be used. */
  | "malformed"
  /** the variants of a flag are not all of one type. */
  | "disagreeingVariants"
  /** no segment has this name. */
  | "unknownSegment"
  /** no flag has this name. */
  | "unknownPrerequisite"
  /** the flag should be gone by now. */
  | "expired"
  /** the flag is old and gives everybody the same. */
  | "stale"
  /** a rule or condition that nobody can pass. */
  | "neverMatches"
  /** a regular expression that no text has a match of. */
  | "impossiblePattern"
  /** rules above leave nobody for this one. */
  | "shadowed"
  /** a rule above concerns the same and gives all of them a variant. */
  | "sameAsAbove"
  /** the shares look like parts of a whole that they do not make. */
  | "splitDoesNotAddUp"
  /** a share is too fine for a million buckets. */
  | "coarseBuckets"
  /** nothing gives this variant. */
  | "unusedVariant"
  /** nobody can belong to the segment. */
  | "emptySegment"
  /** nothing asks for the segment. */
  | "unusedSegment"
  /** no flag is in the layer. */
  | "unusedLayer"
  /** no flag has the holdout. */
  | "unusedHoldout"
  /** a flag asks for an archived one. */
  | "archivedPrerequisite"
  /** a flag asks for a disabled one. */
  | "disabledPrerequisite"
  /** the other flag never has a variant that is asked for. */
  | "impossiblePrerequisite"
  /** two flags split their units alike. */
  | "correlatedSplits"
  /** what comes before a split has taken some of its buckets. */
  | "biasedSplit"
  /** two flags have the same part of a layer. */
  | "overlappingLayer"
  /** an attribute is of one type here and of another elsewhere. */
  | "disagreeingTypes"
  /** no exposures are recorded, as nobody shall see what is hashed. */
  | "privateUnit"
  /** too many conditions to hold all of them against each other. */
  | "notCompared"
  /** nobody answers for the flag. */
  | "noOwner"
  /** the flag says no end. */
  | "noExpiry";

/** One thing that lint found. */
export interface LintFinding {
  /** Where it stands in the file, such as `flags.x.rules[0].when`. */
  path: string;
  /** What it is. */
  code: LintCode;
  /** How bad it is. */
  severity: LintSeverity;
  /** What is wrong, in a sentence. */
  sentence: string;
  /** The flag that it is about; absent where it is about none. */
  flag?: string;
  /** Another place that it has to do with, such as the rule above. */
  related?: string;
}

/** How bad a finding is. */
export type LintSeverity =
  /** Something does not work. */
  | "error"
  /** Something probably does not do what was meant. */
  | "warning"
  /** Something could be tidier. */
  | "info";

/** One of the five metrics. */
export type Metric =
  /** Change lead time: the median, in seconds. */
  | "leadTime"
  /** Deployment frequency: deployments per day. */
  | "deploymentFrequency"
  /** Change failure rate: a share. */
  | "changeFailureRate"
  /** Failed deployment recovery time: the median, in seconds. */
  | "recoveryTime"
  /** Deployment rework rate: a share. */
  | "reworkRate";

/** What part of an overall difference lies in the services and what part in their weights. */
export interface Mix {
  /** The difference inside services. */
  within: number;
  /** The difference because some services deploy more, or less, than before. */
  mix: number;
}

/** One bucket of a window. */
export interface Period {
  /** Its name: `2025-03-01`, `2025-W09`, `2025-03` or `2025-Q1`. */
  label: string;
  /** The first instant inside the bucket and the window. */
  from: Time;
  /** The first instant after the bucket, or after the window. */
  to: Time;
  /** Whether the window's edge cuts the bucket short. */
  partial: boolean;
}

/** Whose definitions to start from. */
export type Preset =
  /** The definitions of dora.dev. */
  | "dora"
  /** dora-team/fourkeys. */
  | "fourKeys"
  /** Apache DevLake. */
  | "devLake"
  /** GitLab's value stream analytics. */
  | "gitLab"
  /** middlewarehq/middleware. */
  | "middleware"
  /** dora-metrics/pelorus. */
  | "pelorus";

/** What one tool says. */
export interface PresetAnswer {
  /** The preset. */
  preset: Preset;
  /** The tool, in words. */
  tool: string;
  /** Change lead time. */
  leadTime: Estimate;
  /** Deployment frequency, per day. */
  deploymentFrequency: Estimate;
  /** Change failure rate. */
  changeFailureRate: Estimate;
  /** Recovery time. */
  recoveryTime: Estimate;
  /** The definitions that differ from `dora`. */
  definition: Definition;
  /** Why the numbers differ, one option at a time: each is measured with the ones before it changed already, so that the steps of a metric lead from the number of `dora` to the tool's. */
  differences: Difference[];
  /** Options that differ but change no number of this history. */
  withoutEffect: string[];
  /** What the tool does that no event can tell, a sentence each. */
  beyond: string[];
  /** The tool's own words for the frequency, such as `Weekly`, where it has some. */
  frequencyWords?: string;
}

/** Why a dashboard says something else: one history under the definitions of several tools. */
export interface PresetsReport {
  /** The schema of this report. */
  schema: string;
  /** What a manager would say, a sentence each. */
  sentences: string[];
  /** The window that was measured. */
  window: Window;
  /** The instant up to which everything is known. */
  asOf: Time;
  /** What each preset says; the first is `dora`, which the others are held against. */
  presets: PresetAnswer[];
}

/** What happened while events were read: nothing is dropped in silence. */
export interface Quality {
  /** Records taken, whether new or another record of something known. */
  accepted: number;
  /** Records not taken. */
  rejected: number;
  /** Records of other kinds, such as build events, that no metric uses. */
  ignored: number;
  /** The rejected records, the first thousand of them. */
  rejections: Rejection[];
  /** Fields that are not in the vocabulary, with how often they came. */
  unknownFields: Record<string, number>;
  /** Ignored kinds, with how often they came. */
  ignoredKinds: Record<string, number>;
  /** Times finer than a microsecond, which were floored. */
  flooredTimes: number;
  /** What a source is known to leave out or could not link, with how often that came. */
  notes: Record<string, number>;
}

/** A range of buckets, of a million. */
export interface Range {
  /** What its units get. */
  variant: string;
  /** The first bucket, from 0. */
  from: number;
  /** The bucket after the last, up to 1 000 000. */
  to: number;
}

/** How long it takes to recover from a failed deployment. */
export interface Recovery {
  /** The number that stands for all: the Kaplan–Meier median unless defined otherwise. */
  median: Estimate;
  /** Nine in ten took at most this long. */
  p90: Estimate;
  /** How many failures began in the window. */
  failures: number;
  /** How many of them are still open at `asOf`. */
  open: number;
  /** How many of them seem repaired before they began: dropped, or counted as lasting no time, as `backwards` says. @default 0 */
  backwards: number;
}

/** Where recovery begins. */
export type RecoveryStart =
  /** When the failure was noticed; where only its repair shows it, when the deployment that failed went live. */
  | "detected"
  /** When the deployment that failed went live. */
  | "deployed"
  /** Whichever of the two came first (Four Keys). */
  | "earliest";

/** Which number stands for all recoveries, and what becomes of failures that are still open. */
export type RecoveryStatistic =
  /** The Kaplan–Meier median: open failures count as lasting at least until now. */
  | "kaplanMeier"
  /** The median of the closed ones; open ones are left out. */
  | "medianResolved"
  /** The mean of the closed ones; open ones are left out (Middleware). */
  | "meanResolved"
  /** The median, open ones counted as closed now. */
  | "medianOpenAsNow"
  /** The median of the medians of each day, of the closed ones (GitLab). */
  | "medianOfDailyMedians"
  /** The largest closed one whose percent rank is at most one half; open ones are left out (DevLake). */
  | "lowerMedianResolved"
  /** The mean of the means of each service, of the closed ones (Pelorus). */
  | "meanOfServiceMeans"
  /** The median, open ones counted as lasting no time at all (Four Keys with PagerDuty). */
  | "medianOpenAsZero";

/** How recoveries of two windows are compared. */
export type RecoveryTest =
  /** Peto and Peto's test: early differences count most, as in a median. */
  | "petoPeto"
  /** The log-rank test: it tests hazards, not the median shown. */
  | "logRank";

/** Which failures recovery counts in a window. */
export type RecoveryWindow =
  /** Those that began in it. */
  | "began"
  /** Those that ended in it (GitLab, Middleware). */
  | "resolved"
  /** Those that began and ended in it (DevLake). */
  | "beganAndResolved";

/** How a deployment of what is already live is counted. */
export type Redeploys =
  /** As a deployment. */
  | "count"
  /** Not at all. */
  | "drop";

/** A line or record that was not taken, and why. */
export interface Rejection {
  /** The file it stands in; empty when given in memory. */
  file: string;
  /** The line, from 1; 0 when it is not known. */
  line: number;
  /** Why, in a sentence. */
  reason: string;
}

/** Which share of deployments was unplanned, made to fix a user-facing problem. */
export interface ReworkRate {
  /** The share. */
  rate: Estimate;
  /** The numerator. */
  rework: number;
  /** The denominator. */
  deployments: number;
}

/** To which whole units of time each duration is cut before anything else is made of it. */
export type Rounding =
  /** None: times stay as they are. */
  | "exact"
  /** Whole minutes, what is over left off. */
  | "minutesDown"
  /** Whole minutes, begun ones counted. */
  | "minutesUp"
  /** Whole hours, what is over left off. */
  | "hoursDown";

/** The five metrics by bucket: arrays as long as the report's `buckets`. */
export interface Series {
  /** Median lead time, in seconds; `n` counts changes. */
  leadTime: SeriesValues;
  /** Deployments per day; `n` counts deployments. */
  deploymentFrequency: SeriesValues;
  /** Change failure rate; `n` counts deployments watched for the whole follow-up. */
  changeFailureRate: SeriesValues;
  /** Median recovery time, in seconds; `n` counts failures. */
  recoveryTime: SeriesValues;
  /** Rework rate; `n` counts deployments. */
  reworkRate: SeriesValues;
}

/** One metric by bucket; what is not known is null, never zero. */
export interface SeriesValues {
  /** The value of each bucket. */
  value: (number | null)[];
  /** The lower end of its interval. */
  low: (number | null)[];
  /** The upper end of its interval. */
  high: (number | null)[];
  /** How many observations stand behind it. */
  n: number[];
}

/** What [`EventTable::settle`] found: records of things already known, merged into them. */
export interface Settled {
  /** Further records of known changes. */
  changes: number;
  /** Further records of known deployments. */
  deployments: number;
  /** Further records of known pull requests. */
  pullRequests: number;
  /** Further records of known incidents. */
  incidents: number;
}

/** How often something went wrong. */
export interface SimulatedError {
  /** What, in OpenFeature's words. */
  code: FlagErrorCode;
  /** What, in a sentence. */
  message: string;
  /** How often. */
  count: number;
}

/** What a flag gives. */
export interface SimulatedFlag {
  /** The flag's name. */
  flag: string;
  /** How many get which variant; those without one get the caller's default. */
  variants: SimulatedVariant[];
  /** How often which reason was given. */
  reasons: SimulatedReason[];
  /** What went wrong, and how often. */
  errors: SimulatedError[];
  /** How many each rule decided, in order. */
  rules: SimulatedRule[];
}

/** How many units fall into the ranges of a variant. */
export interface SimulatedPart {
  /** How many. */
  count: number;
  /** How many of the units, from 0 to 1. */
  share: number;
  /** How many its ranges should hold, from 0 to 1. */
  expected: number;
  /** The variant; absent: outside all ranges. */
  variant?: string;
}

/** How often a reason was given. */
export interface SimulatedReason {
  /** The reason, in OpenFeature's words. */
  reason: FlagReason;
  /** How often. */
  count: number;
  /** How often of all, from 0 to 1. */
  share: number;
}

/** How many a rule decided. */
export interface SimulatedRule {
  /** The rule, such as `rules[0]` where it has no name. */
  rule: string;
  /** How many it gave a variant. */
  count: number;
  /** How many of all, from 0 to 1. */
  share: number;
  /** For how many nobody can tell whether it concerns them: an attribute is missing or of another type. */
  unknown: number;
  /** How its split falls; absent where it has none. */
  split?: SimulatedSplit;
}

/** How the units that a rule hashed fall into its ranges, each unit once. */
export interface SimulatedSplit {
  /** How many units it hashed. */
  units: number;
  /** The variants of its ranges, and what lies outside them. */
  parts: SimulatedPart[];
  /** Whether the units do not fall as they should: the adjusted chance is below 0.001. */
  mismatch: boolean;
  /** The same, adjusted for all splits of the report by Benjamini and Hochberg. */
  adjusted?: number;
  /** Pearson's statistic of the counts against the ranges; absent where fewer than five are expected in a part. */
  chiSquare?: number;
  /** How many units it takes for a test, where there are too few. */
  needed?: number;
  /** The chance of such a statistic or a larger one where units fall evenly. */
  p?: number;
}

/** How many get a variant. */
export interface SimulatedVariant {
  /** How many. */
  count: number;
  /** How many of all, from 0 to 1. */
  share: number;
  /** The variant; absent: the caller's default. */
  variant?: string;
}

/** A length of time: `90s`, `15m`, `24h`, `7d` or `2w`; a day is 24 hours. */
export type Span = string;

/** How the ranges of a rule differ. */
export interface SplitDifference {
  /** Where the rule stands now, such as `flags.x.rules[0]`. */
  path: string;
  /** How many of the units that it concerns get something else of it, from 0 to 1. */
  share: number;
  /** How many would have to for variants of these sizes. */
  least: number;
  /** Ranges of the same sizes that move no more than that; empty where those that stand there move no more either. */
  ranges: Range[];
}

/** One stage of lead time. */
export interface Stage {
  /** `coding`, `pickup`, `review`, `merge` or `deploy`. */
  name: string;
  /** Its median. */
  median: Estimate;
  /** Nine in ten took at most this long. */
  p90: Estimate;
}

/** A target for one metric. */
export interface Target {
  /** The metric. */
  metric: Metric;
  /** The smallest value that meets it, in the metric's unit. */
  atLeast?: number;
  /** The largest value that meets it, in the metric's unit. */
  atMost?: number;
}

/** A target and how it stands. */
export interface TargetVerdict {
  /** The target. */
  target: Target;
  /** How it stands. */
  verdict: Verdict;
  /** Why, in a sentence with value, interval and n. */
  reason: string;
}

/** A time: RFC 3339 text with an offset, such as `2025-03-01T09:30:00Z`. */
export type Time = string;

/** What a number counts. */
export type Unit =
  /** Seconds. */
  | "seconds"
  /** A share between 0 and 1. */
  | "share"
  /** Times per day of 24 hours. */
  | "perDay"
  /** A plain count. */
  | "count"
  /** A ratio of two like quantities: 1 means the same. */
  | "ratio";

/** A deployment or incident that could not be joined to anything. */
export interface Unlinked {
  /** `deployment` or `incident`. */
  kind: string;
  /** Its id, where it has one. */
  id: string;
  /** Its service, where it has one. */
  service: string;
  /** The file it was read from; empty when given in memory. */
  file: string;
  /** The line, from 1; 0 when it is not known. */
  line: number;
  /** Why, in a sentence. */
  reason: string;
}

/** A value of the request's `filter` that no row has: a slip, mostly. */
export interface UnmatchedFilter {
  /** The dimension, such as `service`. */
  dimension: string;
  /** The value that was asked for. */
  value: string;
  /** Known values that are most like it, at most three. */
  nearest: string[];
}

/** Whether a target is met. */
export type Verdict =
  /** The whole interval meets it. */
  | "met"
  /** The whole interval misses it. */
  | "breached"
  /** The interval holds both, or there is none. */
  | "notProven";

/** Changes that are merged but not deployed at `asOf`. */
export interface Waiting {
  /** How many. */
  changes: number;
  /** Their median age, in seconds. */
  medianAge?: number;
  /** The age of the oldest, in seconds. */
  oldestAge?: number;
}

/** On which day a week begins. */
export type WeekStart =
  /** On Monday, as ISO 8601 has it. */
  | "monday"
  /** On Sunday. */
  | "sunday";

/** A half-open window of time: `from` is inside, `to` is not. */
export interface Window {
  /** The first instant inside. */
  from: Time;
  /** The first instant after. */
  to: Time;
}
