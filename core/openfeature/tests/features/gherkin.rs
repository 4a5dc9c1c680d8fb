//! Reads as much of Gherkin as OpenFeature's features are written in, and its test flags as a file of ours.

use regex::Regex;
use serde_json::{Map, Value, json};

/// A step with the rows of its table.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) text: String,
    pub(crate) table: Vec<Vec<String>>,
}

/// A scenario, of an outline one with its examples filled in.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) tags: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

/// Where rows and steps go that are read.
#[derive(Debug, Default)]
struct Outline {
    name: String,
    tags: Vec<String>,
    steps: Vec<Step>,
    /// Tags and rows of examples, the head first.
    examples: Vec<(Vec<String>, Vec<Vec<String>>)>,
}

impl Outline {
    fn filled(self, background: &[Step]) -> Vec<Scenario> {
        if self.examples.is_empty() {
            let steps = [background, &self.steps].concat();
            return vec![Scenario { name: self.name, tags: self.tags, steps }];
        }
        let mut found = Vec::new();
        for (tags, rows) in &self.examples {
            let (head, rows) = rows.split_first().unwrap();
            for row in rows {
                let fill = |text: &str| {
                    let cells = head.iter().zip(row);
                    cells.fold(text.to_owned(), |text, (key, cell)| text.replace(&format!("<{key}>"), cell))
                };
                let steps = self.steps.iter().map(|step| Step {
                    text: fill(&step.text),
                    table: step.table.iter().map(|cells| cells.iter().map(|cell| fill(cell)).collect()).collect(),
                });
                found.push(Scenario {
                    name: format!("{} ({})", fill(&self.name), row.join(", ")),
                    tags: [&self.tags[..], tags].concat(),
                    steps: background.iter().cloned().chain(steps).collect(),
                });
            }
        }
        found
    }
}

/// The scenarios of a feature.
pub(crate) fn scenarios(text: &str) -> Vec<Scenario> {
    let keyword = Regex::new(r"^(Feature|Background|Scenario Outline|Scenario|Examples): *(.*)$").unwrap();
    let step = Regex::new(r"^(?:Given|When|Then|And|But) +(.*)$").unwrap();
    let (mut found, mut background, mut of_feature, mut tags) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut outline: Option<Outline> = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('@') {
            tags.extend(line.split_whitespace().map(str::to_owned));
        } else if let Some(caught) = keyword.captures(line) {
            let tags = std::mem::take(&mut tags);
            match &caught[1] {
                "Feature" => of_feature = tags,
                "Background" => {}
                "Examples" => outline.as_mut().unwrap().examples.push((tags, Vec::new())),
                _ => {
                    found.extend(outline.take().into_iter().flat_map(|outline| outline.filled(&background)));
                    let tags = [&of_feature[..], &tags].concat();
                    outline = Some(Outline { name: caught[2].to_owned(), tags, ..Outline::default() });
                }
            }
        } else if line.starts_with('|') {
            let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
            let outline = outline.as_mut().unwrap();
            match outline.examples.last_mut() {
                Some((_, rows)) => rows.push(cells),
                None => outline.steps.last_mut().unwrap().table.push(cells),
            }
        } else {
            let text = step.captures(line).unwrap_or_else(|| panic!("not understood: {line}"))[1].to_owned();
            let steps = outline.as_mut().map_or(&mut background, |outline| &mut outline.steps);
            steps.push(Step { text, table: Vec::new() });
        }
    }
    found.extend(outline.into_iter().flat_map(|outline| outline.filled(&background)));
    found
}

/// One term of a condition: `!customer`, `email == 'x'`, `age > 10`.
fn term(text: &str) -> Value {
    if let Some(name) = text.strip_prefix('!') {
        return json!({"attribute": name, "equals": false});
    }
    if let Some((name, number)) = text.split_once(" > ") {
        return json!({"attribute": name, "moreThan": number.parse::<f64>().unwrap()});
    }
    let (name, value) = text.split_once(" == ").unwrap();
    let quoted = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\''));
    let value = quoted.map_or_else(|| json!(value.parse::<f64>().unwrap()), |text| json!(text));
    json!({"attribute": name, "equals": value})
}

fn rule(evaluator: &str) -> Value {
    let (condition, rest) = evaluator.split_once(" ? ").unwrap();
    let variant = rest.strip_suffix(" : ''").unwrap().trim_matches('\'');
    json!({"when": {"all": condition.split(" && ").map(term).collect::<Vec<_>>()}, "variant": variant})
}

/// OpenFeature's test flags, written for in-memory providers, as a file of ours.
pub(crate) fn converted(text: &str) -> String {
    let flags: Map<String, Value> = serde_json::from_str(text).unwrap();
    let mut flags: Map<String, Value> = flags
        .into_iter()
        .map(|(name, flag)| {
            let state = if flag["disabled"] == true { "DISABLED" } else { "ENABLED" };
            let metadata = if flag["flagMetadata"].is_object() { flag["flagMetadata"].clone() } else { json!({}) };
            let made = json!({
                "state": state,
                "variants": flag["variants"],
                "defaultVariant": flag["defaultVariant"],
                "metadata": metadata,
                "rules": flag["contextEvaluator"].as_str().map(rule).into_iter().collect::<Vec<_>>(),
            });
            (name, made)
        })
        .collect();
    // The oldest feature asks for one more, which only flagd's tests define.
    let all = ["fn == 'Sulisław'", "ln == 'Świętopełk'", "age == 29", "!customer"].map(term);
    let one_more = json!({
        "variants": {"internal": "INTERNAL", "external": "EXTERNAL"},
        "defaultVariant": "external",
        "rules": [{"when": {"all": all}, "variant": "internal"}],
    });
    flags.insert("context-aware".to_owned(), one_more);
    json!({"version": 1, "flags": flags}).to_string()
}
