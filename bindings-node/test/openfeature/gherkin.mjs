// Reads as much of Gherkin as OpenFeature's features are written in, and runs it.

/** The scenarios of a feature, outlines filled in: `{ name, tags, steps: [{ text, table }] }`. */
export function scenarios(text) {
  const [found, background, featureTags] = [[], [], []];
  let [tags, steps, outline, examples] = [[], background, undefined, undefined];
  const close = () => {
    if (outline === undefined) return;
    const { name, tags, steps, tables } = outline;
    if (tables.length === 0) found.push({ name, tags, steps: [...background, ...steps] });
    for (const table of tables) {
      const [head, ...rows] = table.rows;
      for (const row of rows) {
        const fill = (text) => head.reduce((text, key, at) => text.replaceAll(`<${key}>`, row[at]), text);
        const filled = steps.map(({ text, table }) => ({ text: fill(text), table: table.map((cells) => cells.map(fill)) }));
        found.push({ name: `${fill(name)} (${row.join(", ")})`, tags: [...tags, ...table.tags], steps: [...background, ...filled] });
      }
    }
    outline = undefined;
  };
  for (const line of text.split("\n").map((line) => line.trim())) {
    const [, word, rest] = /^(Feature|Background|Scenario Outline|Scenario|Examples):\s*(.*)$/.exec(line) ?? [];
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("@")) tags.push(...line.split(/\s+/));
    else if (word === "Feature") featureTags.push(...tags.splice(0));
    else if (word === "Background") steps = background;
    else if (word === "Examples") {
      examples = { tags: tags.splice(0), rows: [] };
      outline.tables.push(examples);
    } else if (word !== undefined) {
      close();
      outline = { name: rest, tags: [...featureTags, ...tags.splice(0)], steps: (steps = []), tables: [] };
      examples = undefined;
    } else if (line.startsWith("|")) {
      const cells = line.slice(1, -1).split("|").map((cell) => cell.trim());
      if (examples === undefined) steps.at(-1).table.push(cells);
      else examples.rows.push(cells);
    } else {
      const [, step] = /^(?:Given|When|Then|And|But)\s+(.*)$/.exec(line) ?? [];
      if (step === undefined) throw new Error(`not understood: ${line}`);
      steps.push({ text: step, table: [] });
    }
  }
  close();
  return found;
}

/** Runs a scenario by definitions `[pattern, run]`, each run with the world and what the pattern caught. */
export async function play(scenario, world, definitions) {
  for (const { text, table } of scenario.steps) {
    const fitting = definitions.filter(([pattern]) => pattern.test(text));
    if (fitting.length !== 1) throw new Error(`${fitting.length} definitions for: ${text}`);
    const [[pattern, run]] = fitting;
    await run(world, ...pattern.exec(text).slice(1), table);
  }
}
