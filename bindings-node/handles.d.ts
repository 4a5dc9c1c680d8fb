import type {
  Event, ErrorCode, FlagEvaluation, FlagExplanation, FlagProblem, JsonValue, Quality, ReadOptions, Settled,
} from "./index.js";

/** The version, the same in every face. */
export declare const version: string;

/** What went wrong: `code` for programs, `path` for where, `message` for people. */
export declare class TruenorthError extends Error {
  private constructor();
  /** The stable word for the kind of error. */
  readonly code: ErrorCode;
  /** Where in the input, such as `events[3].deployment.finishedAt`; empty when nowhere in particular. */
  readonly path: string;
}

/** Options of a call that blocks. */
export interface CallOptionsSync {}

/** Options of a call on another thread. */
export interface CallOptions extends CallOptionsSync {
  /** Stops the call, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Is told how far the work has come, as a share. */
  onProgress?: ((share: number) => void) | undefined;
}

/** A git repository and how to read it. */
export interface GitInput {
  /** Where it lies. */
  path: string;
  /** The service that its releases deploy; absent: the folder's name. */
  service?: string | undefined;
  /** What the whole name of a tag must match to be a release; absent: `v1.2.3` and `1.2.3`. */
  releases?: string | undefined;
  /** The environment that a release reaches; absent: production. */
  environment?: string | undefined;
  /** The services of a monorepo, each with the folder it lives in. */
  services?: Record<string, string> | undefined;
  /** The branch whose unreleased commits are waiting; absent: the one checked out. */
  branch?: string | undefined;
}

/** Where the events of a call come from, and how to read them. */
export interface EventOptionsSync extends CallOptionsSync, Omit<ReadOptions, "name"> {
  /** A path, paths, the bytes of a file, or a table. */
  events?: string | readonly string[] | Uint8Array | EventTable | undefined;
  /** Git repositories, or where they lie. */
  git?: string | GitInput | readonly (string | GitInput)[] | undefined;
  /** Files that say who owns what: `catalog-info.yaml`, `CODEOWNERS` or a CSV. */
  ownership?: string | readonly string[] | undefined;
}

/** Where the events of a call come from, and options of a call on another thread. */
export interface EventOptions extends EventOptionsSync, CallOptions {}

/** Bytes, or text that is read as if it were bytes. */
export type Bytes = Uint8Array | ArrayBuffer | string;

/**
 * A column of text. Null and undefined are absent. Codes are indexes into names; `present` says with 1 or 0 which rows
 * have a value.
 */
export type TextColumn =
  | readonly (string | null | undefined)[]
  | { codes: Uint32Array; names: readonly string[]; present?: Uint8Array | undefined };

/**
 * A column of times: microseconds since 1970 as a BigInt64Array, milliseconds as a Float64Array, dates, or RFC 3339
 * text. NaN is an error; `present` says with 1 or 0 which rows have a value.
 */
export type TimeColumn =
  | BigInt64Array
  | Float64Array
  | readonly (Date | null | undefined)[]
  | TextColumn
  | { values: BigInt64Array | Float64Array; present?: Uint8Array | undefined };

/** A column of truths: booleans, or 1 and 0. */
export type TruthColumn =
  | Uint8Array
  | readonly (boolean | null | undefined)[]
  | { values: Uint8Array; present?: Uint8Array | undefined };

/** The column that stands for a field. */
type ColumnOf<Field> = boolean extends Field ? TruthColumn : Date extends Field ? TimeColumn : TextColumn;

/** The columns of one kind of event: any of its fields, and labels by name. */
type ColumnsOf<Kind extends string, Record> = { kind: Kind } & {
  [Field in Exclude<keyof Record, "labels" | "changes">]?: ColumnOf<NonNullable<Record[Field]>>;
} & { labels?: { [name: string]: TextColumn } | undefined };

type Fields<Union, Kind extends string> = Union extends { [Key in Kind]: infer Record } ? Record : never;

/** Rows of one kind, given as columns of the same length. */
export type EventColumns =
  | ColumnsOf<"deployment", Fields<Event, "deployment">>
  | ColumnsOf<"change", Fields<Event, "change">>
  | ColumnsOf<"pullRequest", Fields<Event, "pullRequest">>
  | ColumnsOf<"incident", Fields<Event, "incident">>;

/**
 * Events in columns, filled in batches and asked many times.
 *
 * A table that a call on another thread reads refuses to change until that call has ended; `extendAsync` waits.
 */
export declare class EventTable {
  constructor();
  /** How many rows there are, of all kinds. */
  readonly length: number;
  /** What happened while reading: nothing is dropped in silence. */
  readonly quality: Quality;
  /** Adds events, or what a file holds. */
  extend(events: readonly Event[]): this;
  extend(events: Bytes, options?: ReadOptions): this;
  /** Adds what a file holds, on another thread. */
  extendAsync(events: Bytes, options?: ReadOptions): Promise<this>;
  /** Adds rows of one kind, given as columns. */
  extendColumns(columns: EventColumns): this;
  /** Reads a stream piece by piece. */
  reader(options?: ReadOptions): EventReader;
  /** Reads a stream to its end: `await table.read(createReadStream("events.jsonl"))`. */
  read(stream: AsyncIterable<Bytes> | Iterable<Bytes>, options?: ReadOptions): Promise<this>;
  /** Merges the records of each thing: duplicates and late arrivals. Calls do so by themselves. */
  settle(): Settled;
}

/** Takes a stream piece by piece, and keeps what a piece leaves unfinished. */
export declare class EventReader {
  private constructor();
  /** Takes the next piece. */
  feed(piece: Bytes): this;
  /** Takes what the last piece left, and gives the table back. */
  finish(): EventTable;
}

/**
 * What is known of whom a flag is asked for: `targetingKey`, and attributes by name. Text, numbers, booleans, dates,
 * lists of these, and objects that are reached by a path such as `organisation.plan`. Only what a flag names is read; of
 * that, some is read before it is known that the flag comes to it, and what throws matters only where it does.
 */
export interface FlagAttributes {
  /** Who: text, or a whole number. */
  targetingKey?: string | number | null | undefined;
  [name: string]: unknown;
}

/** What a file of flags says, as an object: see `truenorth schema flags`. */
export interface FlagDefinitions {
  readonly [name: string]: unknown;
}

/** Options of asking a flag. */
export interface FlagOptions {
  /** The instant that rules and rollouts go by; absent: now. */
  now?: Date | string | undefined;
}

/** Options of watching a file of flags. */
export interface WatchOptions {
  /** How many milliseconds lie between two looks; absent: 500. */
  every?: number | undefined;
  /** As `FlagSet.onReload` takes it. */
  onReload?: ((error?: TruenorthError) => void) | undefined;
}

/** Attributes made ready by `FlagSet.prepare`; they are taken wherever attributes are. */
export declare class FlagContext {
  private constructor();
  /** So that no other object is taken for one. */
  private readonly prepared: never;
}

/** Who was given what. */
export interface Exposure {
  /** Who, as it was hashed. */
  unit: string;
  /** The flag. */
  flag: string;
  /** What the unit was given. */
  variant: string;
  /** The rule that gave it; absent where none did. */
  rule?: string;
  /** Why, in OpenFeature's words: `SPLIT` where the bucket decided. */
  reason?: string;
  /** When. */
  at?: string;
}

/**
 * The flags of a file, asked many times.
 *
 * A getter never throws because of a flag: where it has no value of the type, the default stands, and `evaluate` says why.
 */
export declare class FlagSet {
  private constructor();
  /** Reads a file, JSON or YAML. */
  static fromFile(path: string): FlagSet;
  /**
   * Reads a file, JSON or YAML, and reads it again whenever it changes.
   *
   * It is looked at on another thread, and a change is taken once two looks find it the same; that works on network
   * drives and with `ConfigMap`s too. A version that cannot be read is told to those who listen, and the last good one
   * stays. The watch keeps no process alive.
   */
  static watch(path: string, options?: WatchOptions): FlagSet;
  /** Reads definitions: JSON text, or the same as a plain object. */
  static parse(definitions: string | FlagDefinitions): FlagSet;
  /** How many flags there are. */
  readonly size: number;
  /** What is wrong with single flags; the others are not touched by it. */
  readonly problems: FlagProblem[];
  /** How many exposures found no room, since they are recorded. */
  readonly lostExposures: number;
  /** The flags' names, in alphabetical order. */
  names(): string[];
  /** The value of a boolean flag, or the default. */
  boolean(name: string, context: FlagAttributes | FlagContext | undefined, otherwise: boolean, options?: FlagOptions): boolean;
  /** The value of a flag of texts, or the default. */
  string(name: string, context: FlagAttributes | FlagContext | undefined, otherwise: string, options?: FlagOptions): string;
  /** The value of a flag of whole numbers, or the default. */
  integer(name: string, context: FlagAttributes | FlagContext | undefined, otherwise: number, options?: FlagOptions): number;
  /** The value of a flag of numbers, whole or not, or the default. */
  number(name: string, context: FlagAttributes | FlagContext | undefined, otherwise: number, options?: FlagOptions): number;
  /** The value of a flag of objects or lists, each time a new one, or the default. */
  object<Value extends JsonValue>(
    name: string, context: FlagAttributes | FlagContext | undefined, otherwise: Value, options?: FlagOptions,
  ): Value;
  /** The values of a boolean flag for many who share their other attributes. */
  booleans(
    name: string, keys: readonly (string | number)[], context?: FlagAttributes | FlagContext, otherwise?: boolean,
    options?: FlagOptions,
  ): boolean[];
  /** A flag's value with what is said about it. Is not recorded as an exposure. */
  evaluate(name: string, context?: FlagAttributes | FlagContext, options?: FlagOptions): FlagEvaluation;
  /** The values of all flags that have one. Are not recorded as exposures. */
  evaluateAll(context?: FlagAttributes | FlagContext, options?: FlagOptions): Record<string, JsonValue>;
  /** A flag's value and the steps to it. Is not recorded as an exposure. */
  explain(name: string, context?: FlagAttributes | FlagContext, options?: FlagOptions): FlagExplanation;
  /** Reads attributes once, all of them, for many questions; faster after that. */
  prepare(context: FlagAttributes, options?: FlagOptions): FlagContext;
  /** Reads other definitions in place of these, which stay where the new ones cannot be read. */
  reload(definitions: string | FlagDefinitions): this;
  /** Whether the flags go with their file. */
  readonly watching: boolean;
  /** Lets the flags stay as they are, whatever becomes of the file. */
  unwatch(): this;
  /**
   * Calls somebody after each reload: with nothing where other flags are in force, or with what is wrong with a file that
   * is watched.
   */
  onReload(listener: (error?: TruenorthError) => void): this;
  /** Calls somebody no more. */
  offReload(listener: (error?: TruenorthError) => void): this;
  /**
   * From now on, remembers who was given what by the typed getters: at most so many exposures that nobody has taken yet.
   * How many stays as it was first asked for.
   */
  recordExposures(most: number): this;
  /** Hands out the exposures since the last time. */
  takeExposures(): Exposure[];
  /**
   * Answers a request of the OpenFeature Remote Evaluation Protocol, so that browsers are served from these flags. Is not
   * recorded as an exposure.
   *
   * ```ts
   * createServer(async (request, response) => {
   *   const pieces: Buffer[] = [];
   *   for await (const piece of request) pieces.push(piece);
   *   const { method, url, headers } = request;
   *   const answer = flags.ofrep({ method: method!, path: url!, headers, body: Buffer.concat(pieces) });
   *   response.writeHead(answer.status, answer.headers).end(answer.body);
   * });
   * app.post("/ofrep/v1/evaluate/flags{/:key}", express.json(), ({ method, originalUrl, headers, body }, response) => {
   *   const answer = flags.ofrep({ method, path: originalUrl, headers, body });
   *   response.status(answer.status).set(answer.headers).send(answer.body);
   * });
   * ```
   */
  ofrep(request: OfrepRequest, options?: FlagOptions): OfrepResponse;
}

/** A request of the OpenFeature Remote Evaluation Protocol. */
export interface OfrepRequest {
  /** Such as `POST`. */
  method: string;
  /** From the first slash on, as it came: `/ofrep/v1/evaluate/flags/new%20checkout`. */
  path: string;
  /** Of these, `If-None-Match` is looked at. */
  headers?: { readonly [name: string]: string | readonly string[] | undefined } | { get(name: string): string | null } | undefined;
  /** The body: bytes, text, or what a framework has read of it. At most 1 MiB. */
  body?: Uint8Array | string | object | undefined;
}

/** What it is answered. */
export interface OfrepResponse {
  /** The status of HTTP: 200, 304, 400, 404 or 405. */
  status: number;
  /** Names, in small letters, and values. */
  headers: Record<string, string>;
  /** JSON; empty where nothing has changed. */
  body: string;
}
