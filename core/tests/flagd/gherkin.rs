//! As much of Gherkin as flagd's features use: scenarios with their steps, tables and tags.

/// A scenario, or a line of an outline's examples.
#[derive(Debug)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) tags: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) text: String,
    pub(crate) table: Vec<Vec<String>>,
}

#[derive(Default)]
struct Outline {
    name: String,
    tags: Vec<String>,
    steps: Vec<Step>,
    examples: Vec<(Vec<String>, Vec<Vec<String>>)>,
}

impl Outline {
    fn scenarios(self, background: &[Step], found: &mut Vec<Scenario>) {
        let steps: Vec<Step> = background.iter().cloned().chain(self.steps).collect();
        if self.examples.is_empty() && !self.name.is_empty() {
            found.push(Scenario { name: self.name, tags: self.tags, steps });
            return;
        }
        for (tags, table) in self.examples {
            let Some((names, rows)) = table.split_first() else { continue };
            for row in rows {
                let fill = |text: &str| {
                    let pairs = names.iter().zip(row);
                    pairs.fold(text.to_owned(), |text, (name, value)| text.replace(&format!("<{name}>"), value))
                };
                let steps = steps.iter().map(|step| Step {
                    text: fill(&step.text),
                    table: step.table.iter().map(|row| row.iter().map(|cell| fill(cell)).collect()).collect(),
                });
                let name = format!("{} [{}]", self.name, row.join(" | "));
                let tags = self.tags.iter().chain(&tags).cloned().collect();
                found.push(Scenario { name, tags, steps: steps.collect() });
            }
        }
    }
}

/// The scenarios of a feature.
pub(crate) fn scenarios(text: &str) -> Vec<Scenario> {
    let (mut found, mut background, mut of_feature, mut tags) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut outline, mut in_background) = (Outline::default(), false);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('@') {
            tags.extend(line.split_whitespace().map(str::to_owned));
        } else if line.starts_with("Feature:") {
            of_feature = std::mem::take(&mut tags);
        } else if line.starts_with("Background:") {
            in_background = true;
        } else if let Some((_, name)) = line.split_once(':').filter(|(word, _)| word.starts_with("Scenario")) {
            std::mem::take(&mut outline).scenarios(&background, &mut found);
            in_background = false;
            let tags = of_feature.iter().cloned().chain(std::mem::take(&mut tags)).collect();
            outline = Outline { name: name.trim().to_owned(), tags, ..Outline::default() };
        } else if line.starts_with("Examples:") {
            outline.examples.push((std::mem::take(&mut tags), Vec::new()));
        } else if line.starts_with('|') {
            let row = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
            match (outline.examples.last_mut(), outline.steps.last_mut()) {
                (Some((_, table)), _) => table.push(row),
                (None, Some(step)) => step.table.push(row),
                _ => {}
            }
        } else if let Some((_, text)) =
            line.split_once(' ').filter(|(word, _)| ["Given", "When", "Then", "And", "But"].contains(word))
        {
            let step = Step { text: text.trim().to_owned(), table: Vec::new() };
            if in_background { background.push(step) } else { outline.steps.push(step) }
        }
    }
    outline.scenarios(&background, &mut found);
    found
}
