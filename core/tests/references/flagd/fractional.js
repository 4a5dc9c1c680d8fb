// Writes the first two generations of `fractional` as @openfeature/flagd-core has them: 0.2.5 the first, 4.0.1 the second.
//
// Run: npm install @openfeature/core v1@npm:@openfeature/flagd-core@0.2.5 v2@npm:@openfeature/flagd-core@4.0.1
//      node fractional.js > fractional.json

const flags = require('./fractional_flags.json');

function details(found) {
  const { variant, reason, errorCode } = found;
  return errorCode ? [null, 'ERROR', errorCode] : [variant === undefined ? null : variant, reason];
}

const logger = { error() {}, warn() {}, info() {}, debug() {} };
const out = { by: {}, answers: {} };
for (const [version, name] of [['1', 'v1'], ['2', 'v2']]) {
  const { FlagdCore } = require(name);
  const core = new FlagdCore();
  const file = structuredClone(flags.file);
  // That package knows no flags without a default variant, no versions in part, and takes any weights.
  const later = ['no-default', 'version', 'half-weight', 'too-large', 'zero'];
  if (version === '1') later.forEach((flag) => delete file.flags[flag]);
  core.setConfigurations(JSON.stringify(file));
  out.by[version] = '@openfeature/flagd-core ' + require(name + '/package.json').version;
  out.answers[version] = {};
  for (const flag of Object.keys(file.flags)) {
    out.answers[version][flag] = flags.contexts.map((context) => {
      try {
        return details(core.resolveStringEvaluation(flag, 'the caller', { ...context }, logger));
      } catch (error) {
        return [null, 'ERROR', error.code || 'GENERAL'];
      }
    });
  }
}
process.stdout.write(JSON.stringify(out) + '\n');
