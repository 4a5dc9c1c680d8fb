import type { EvaluationContext, JsonValue, Provider, ResolutionDetails } from "@openfeature/server-sdk";
import { OpenFeatureEventEmitter } from "@openfeature/server-sdk";
import type { FlagSet } from "./index.js";

/**
 * Flags for OpenFeature's SDK: `await OpenFeature.setProviderAndWait(new TruenorthProvider(FlagSet.fromFile("flags.yaml")))`.
 *
 * What it resolves is recorded as an exposure where the flags record them. After each reload, a watched file's too, it tells
 * by `PROVIDER_CONFIGURATION_CHANGED` which flags are otherwise, and by `PROVIDER_STALE` that a file cannot be read and the
 * last good flags stay, until it is `PROVIDER_READY` again.
 */
export declare class TruenorthProvider implements Provider {
  constructor(flags: FlagSet);
  /** The flags that it resolves. */
  readonly flags: FlagSet;
  readonly metadata: { readonly name: "truenorth" };
  readonly runsOn: "server";
  readonly events: OpenFeatureEventEmitter;
  initialize(): Promise<void>;
  onClose(): Promise<void>;
  resolveBooleanEvaluation(name: string, otherwise: boolean, context: EvaluationContext): Promise<ResolutionDetails<boolean>>;
  resolveStringEvaluation(name: string, otherwise: string, context: EvaluationContext): Promise<ResolutionDetails<string>>;
  resolveNumberEvaluation(name: string, otherwise: number, context: EvaluationContext): Promise<ResolutionDetails<number>>;
  resolveObjectEvaluation<Value extends JsonValue>(
    name: string, otherwise: Value, context: EvaluationContext,
  ): Promise<ResolutionDetails<Value>>;
}
