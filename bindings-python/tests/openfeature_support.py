"""Reads as much of Gherkin as OpenFeature's features are written in, and its test flags as a file of ours."""

import json
import re
from dataclasses import dataclass, field


@dataclass
class Step:
    text: str
    table: list = field(default_factory=list)


@dataclass
class Scenario:
    name: str
    tags: list
    steps: list


def scenarios(text):
    """The scenarios of a feature, outlines filled in."""
    found, background, feature_tags, tags = [], [], [], []
    steps, outline, tables, rows = background, None, [], None

    def close():
        if outline is None:
            return
        if not tables:
            found.append(Scenario(outline.name, outline.tags, background + outline.steps))
        for own_tags, (head, *filled) in tables:
            for row in filled:

                def fill(text, head=head, row=row):
                    for key, cell in zip(head, row):
                        text = text.replace(f"<{key}>", cell)
                    return text

                full = [Step(fill(step.text), [[fill(cell) for cell in cells] for cells in step.table]) for step in outline.steps]
                name = f"{fill(outline.name)} ({', '.join(row)})"
                found.append(Scenario(name, outline.tags + own_tags, background + full))

    for line in map(str.strip, text.splitlines()):
        keyword = re.match(r"(Feature|Background|Scenario Outline|Scenario|Examples):\s*(.*)$", line)
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            tags += line.split()
        elif keyword is None and line.startswith("|"):
            cells = [cell.strip() for cell in line[1:-1].split("|")]
            (steps[-1].table if rows is None else rows).append(cells)
        elif keyword is None:
            steps.append(Step(re.fullmatch(r"(?:Given|When|Then|And|But)\s+(.*)", line)[1]))
        elif keyword[1] == "Feature":
            feature_tags, tags = tags, []
        elif keyword[1] == "Background":
            steps = background
        elif keyword[1] == "Examples":
            rows = []
            tables.append((tags, rows))
            tags = []
        else:
            close()
            outline, tables, rows = Scenario(keyword[2], feature_tags + tags, []), [], None
            steps, tags = outline.steps, []
    close()
    return found


def play(scenario, world, definitions):
    """Runs a scenario by `(pattern, run)`, each run with the world, what the pattern caught, and the table if any."""
    for step in scenario.steps:
        fitting = [(match, run) for pattern, run in definitions if (match := re.fullmatch(pattern, step.text))]
        assert len(fitting) == 1, f"{len(fitting)} definitions for: {step.text}"
        ((match, run),) = fitting
        run(world, *match.groups(), *([step.table] if step.table else []))


def term(text):
    """One term of a condition: `!customer`, `email == 'x'`, `age > 10`."""
    if negated := re.fullmatch(r"!(\w+)", text):
        return {"attribute": negated[1], "equals": False}
    name, sign, quoted, number = re.fullmatch(r"(\w+) (==|>) (?:'([^']*)'|(\d+))", text).groups()
    return {"attribute": name, "equals" if sign == "==" else "moreThan": int(number) if quoted is None else quoted}


def rules(evaluator):
    if evaluator is None:
        return []
    condition, variant = re.fullmatch(r"(.*) \? '([^']*)' : ''", evaluator).groups()
    return [{"when": {"all": [term(part) for part in condition.split(" && ")]}, "variant": variant}]


def converted(text):
    """OpenFeature's test flags, written for in-memory providers, as a file of ours."""
    flags = {
        name: {
            "state": "DISABLED" if flag.get("disabled") else "ENABLED",
            "variants": flag["variants"],
            "defaultVariant": flag.get("defaultVariant"),
            "metadata": flag.get("flagMetadata") or {},
            "rules": rules(flag.get("contextEvaluator")),
        }
        for name, flag in json.loads(text).items()
    }
    # The oldest feature asks for one more, which only flagd's tests define.
    everything = [term(part) for part in ("fn == 'Sulisław'", "ln == 'Świętopełk'", "age == 29", "!customer")]
    flags["context-aware"] = {
        "variants": {"internal": "INTERNAL", "external": "EXTERNAL"},
        "defaultVariant": "external",
        "rules": [{"when": {"all": everything}, "variant": "internal"}],
    }
    return {"version": 1, "flags": flags}
