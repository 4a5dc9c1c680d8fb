// OpenFeature's test flags, written for in-memory providers, as a file of ours.

/** One term of a condition: `!customer`, `email == 'x'`, `age > 10`. */
function term(text) {
  const [, not, name, sign, quoted, number] = /^(!?)(\w+)(?: (==|>) (?:'([^']*)'|(\d+)))?$/.exec(text) ?? [];
  if (name === undefined || (not === "!") === (sign !== undefined)) throw new Error(`not understood: ${text}`);
  if (not) return { attribute: name, equals: false };
  return { attribute: name, [sign === "==" ? "equals" : "moreThan"]: quoted ?? Number(number) };
}

function rules(evaluator) {
  if (evaluator === undefined) return [];
  const [, condition, variant] = /^(.*) \? '([^']*)' : ''$/.exec(evaluator);
  return [{ when: { all: condition.split(" && ").map(term) }, variant }];
}

export function converted(text) {
  const flags = Object.entries(JSON.parse(text)).map(([name, { disabled, variants, defaultVariant, flagMetadata, contextEvaluator }]) => [
    name,
    { state: disabled ? "DISABLED" : "ENABLED", variants, defaultVariant, metadata: flagMetadata ?? {}, rules: rules(contextEvaluator) },
  ]);
  // The oldest feature asks for one more, which only flagd's tests define.
  const all = [term("fn == 'Sulisław'"), term("ln == 'Świętopełk'"), term("age == 29"), term("!customer")];
  const variants = { internal: "INTERNAL", external: "EXTERNAL" };
  flags.push(["context-aware", { variants, defaultVariant: "external", rules: [{ when: { all }, variant: "internal" }] }]);
  return JSON.stringify({ version: 1, flags: Object.fromEntries(flags) });
}
