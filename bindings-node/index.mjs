// Generated from the list of operations by core/tests/faces; do not edit.
import truenorth from "./index.js";

export const { EventTable, EventReader, FlagContext, FlagSet, TruenorthError, version } = truenorth;
export const { dora, doraSync, doraPresets, doraPresetsSync, doraLevel, doraLevelSync, flagsEvaluate, flagsEvaluateSync, flagsExplain, flagsExplainSync, flagsLint, flagsLintSync, flagsSimulate, flagsSimulateSync, flagsDiff, flagsDiffSync, flagsReweigh, flagsReweighSync } = truenorth;
export default truenorth;
