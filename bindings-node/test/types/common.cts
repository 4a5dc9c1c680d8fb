// The same types reach CommonJS.
import truenorth = require("truenorth");

const report: truenorth.DoraReport = truenorth.doraSync({ by: ["service"] });
console.log(report.overall.name);
// @ts-expect-error no such function
truenorth.dorra();

import openfeature = require("truenorth/openfeature");
const provider: openfeature.TruenorthProvider = new openfeature.TruenorthProvider(truenorth.FlagSet.parse("{}"));
console.log(provider.metadata.name);
