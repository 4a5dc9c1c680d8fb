//! Every format over a whole report, and over names that strangers chose.

use proptest::prelude::*;

use super::table::width;
use super::*;
use crate::dora::DoraReport;
use crate::facts::Estimate;

fn report() -> DoraReport {
    serde_json::from_str(include_str!("../../../tests/fixtures/dora_report.json")).unwrap()
}

/// The report with `name` wherever a stranger's text can stand.
fn with_name(name: &str) -> DoraReport {
    let mut report = report();
    report.groups.truncate(3);
    report.by = vec![format!("label.{name}")];
    for group in &mut report.groups {
        name.clone_into(&mut group.name);
        group.key = [(format!("label.{name}"), name.to_owned())].into();
        for target in &mut group.targets {
            name.clone_into(&mut target.reason);
        }
    }
    name.clone_into(&mut report.time_zone);
    name.clone_into(&mut report.schema);
    report.definition.environments = Some(vec![name.to_owned()]);
    report.overall.recovery_time.median = Estimate::not_enough(name.to_owned(), 1, 2);
    for bucket in &mut report.buckets {
        name.clone_into(&mut bucket.label);
    }
    for stage in &mut report.overall.lead_time.stages {
        name.clone_into(&mut stage.name);
    }
    if let Some(levels) = &mut report.overall.levels {
        levels.source = name.to_owned().into();
    }
    for case in &mut report.data.read.rejections {
        (case.file, case.reason) = (name.to_owned(), name.to_owned());
    }
    for case in &mut report.data.unlinked {
        (case.id, case.reason, case.kind) = (name.to_owned(), name.to_owned(), name.to_owned());
    }
    report.data.read.notes.insert(name.to_owned(), 1);
    report.data.read.unknown_fields.insert(name.to_owned(), 1);
    report
}

const HOSTILE: [&str; 12] = [
    "<script>alert(1)</script>",
    "a|b|c",
    "line\nbreak\r\nand | more",
    "`code` ``more`` ```",
    "\u{1b}[31mred\u{1b}[0m \u{7} \u{0}",
    "\u{202e}txt.exe \u{2066}x\u{2069} \u{200b}\u{feff}",
    "\"><img src=x onerror=alert(1)>' onload='x",
    "--> ]]> </style></title></textarea> {{x}} ${y} <!--",
    "\\ \\\\ \\\" \\n {a=\"b\"} 1",
    "# h\n- x\n1. y\n***\n@everyone #1 [a](javascript:alert(1)) ![i](x) https://e.vil $x$",
    "検索プラットフォーム🚀👩‍👩‍👧‍👦e\u{301}",
    "",
];

#[test]
fn text_fits_its_width_and_says_what_matters() {
    let report = report();
    for (wide, unicode) in [(80, true), (80, false), (60, true), (120, true)] {
        let page = text(&report, TextOptions { width: wide, unicode, ..TextOptions::default() });
        for line in page.lines() {
            assert!(width(line) <= wide, "{}: {line}", width(line));
        }
        assert!(unicode || page.is_ascii());
        assert!(page.contains("NOT PROVEN") && page.contains("deployments.jsonl:212: expected a time"), "{page}");
    }
    let page = text(&report, TextOptions::default());
    let (sentence, table) = (page.find("Changes reach production").unwrap(), page.find("95 % interval").unwrap());
    assert!(sentence < table && table < page.find("Definitions:").unwrap());
    assert!(!page.contains('\u{1b}'));
    let bright = text(&report, TextOptions { color: true, ..TextOptions::default() });
    // Lead time fell and frequency rose, and both are good; the lead time of payments rose, and that is bad.
    for good in ["\u{1b}[32m↓ 15 % better", "\u{1b}[32m↑ 30 % better", "\u{1b}[31m2.6 h ↑", "\u{1b}[33mNOT PROVEN"]
    {
        assert!(bright.contains(good), "{good}");
    }
    let few = text(&report, TextOptions { rows: 3, ..TextOptions::default() });
    assert!(few.contains("… and 9 more teams: shown are those that deploy most"), "{few}");
    assert!(few.contains("checkout") && few.contains("all together") && !few.contains("mobile-ios  "));
}

#[test]
fn unknown_is_never_zero_in_any_format() {
    let mut report = report();
    report.groups.clear();
    report.overall.recovery_time.median = Estimate::not_enough("notReached", 4, 6);
    report.overall.comparisons = None;
    let page = text(&report, TextOptions::default());
    assert!(page.contains("Recovery time         not known"), "{page}");
    assert!(markdown(&report).contains("| Recovery time | not known<br><sub>too few are over yet (4 of the 6"));
    assert!(html(&report).contains("<p class=\"value open\">not known</p>"));
    let numbers = openmetrics(&report);
    assert!(!numbers.contains("truenorth_dora_recovery_time_seconds"), "{numbers}");
    assert!(numbers.contains("\ntruenorth_dora_lead_time_low_seconds{scope=\"overall\"} "), "{numbers}");
    assert!(numbers.ends_with("\n# EOF\n"));
}

#[test]
fn twenty_thousand_services_stay_readable() {
    let mut report = report();
    let one = report.groups.pop().unwrap();
    report.groups = (0..20_000)
        .map(|index| {
            let mut group = one.clone();
            group.name = format!("service-{index}");
            group
        })
        .collect();
    report.groups[7777].deployment_frequency.deployments = 1_000_000;
    report.groups[7777].comparisons = None;
    let plain = text(&report, TextOptions::default());
    assert!(plain.lines().count() < 200 && plain.contains("service-7777") && plain.contains("and 19,980 more"));
    let page = html(&report);
    assert!(page.len() < 8_000_000 && page.contains("service-7777") && page.contains("and 18,000 more"));
    let summary = markdown(&report);
    assert!(summary.len() < 1 << 20 && summary.contains("service-7777") && summary.contains("and 19,501 "));
}

#[test]
fn groups_that_are_left_out_are_said_to_be() {
    let mut report = report();
    let shown = report.groups.len();
    report.groups_left_out = 999_000;
    report.sentences.clear();
    let caption = format!("{shown} of 999,0{shown} teams, those that deploy most");
    for page in [text(&report, TextOptions::default()), markdown(&report), html(&report)] {
        assert!(page.contains(&caption), "{page}");
        assert!(page.contains(&format!("Of the {shown} teams that deploy most, ")), "{page}");
    }
    assert!(openmetrics(&report).contains("\ntruenorth_dora_left_out_groups 999000\n"));
}

#[test]
fn html_is_whole_and_loads_nothing() {
    let page = html(&report());
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    for foreign in ["http:", "https:", "src=", "@import", "url(", "<script", "<link"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert_eq!(page.matches("<svg class=\"chart\"").count(), 5);
    assert_eq!(page.matches("<desc ").count(), 5);
    assert!(page.contains("class=\"line cut\"") && page.contains("prefers-color-scheme:dark"));
    // A bucket of which nothing is known breaks the line: two strokes fewer, not one of length zero.
    assert!(page.contains("2025-W31: not known, 0 failures"));
}

/// WCAG 2.1 relative luminance and contrast, §1.4.3: 4.5 is asked for small text.
#[test]
fn colours_are_told_apart_in_both_schemes() {
    let css = include_str!("html.css");
    let scheme = |start: &str| {
        let block = &css[css.find(start).unwrap()..];
        block[..block.find('}').unwrap()].to_owned()
    };
    let light = |css: &str, name: &str| {
        let hex = css.split(&format!("--{name}:#")).nth(1).unwrap();
        let hex: String = hex.chars().take_while(char::is_ascii_hexdigit).collect();
        let double: String = if hex.len() == 3 { hex.chars().flat_map(|one| [one, one]).collect() } else { hex };
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&double[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
        };
        0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
    };
    for start in [":root{color-scheme", "(prefers-color-scheme:dark)", "@media print"] {
        let css = scheme(start);
        for back in ["bg", "card", "tint"] {
            for front in ["ink", "muted", "good", "bad", "open", "series"] {
                let (a, b) = (light(&css, front), light(&css, back));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 4.5, "{start} {front} on {back}: {contrast:.2}");
            }
        }
    }
}

/// What must hold of every format, whatever the names are.
fn holds(name: &str) {
    let report = with_name(name);
    let plain = text(&report, TextOptions::default());
    let hidden = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    assert!(!plain.contains(hidden), "{plain:?}");
    assert!(plain.lines().all(|line| width(line) <= 80), "{plain}");
    assert!(text(&report, TextOptions { unicode: false, ..TextOptions::default() }).is_ascii());

    let page = html(&report);
    assert!(!page.contains(hidden));
    well_formed(&page);

    let summary = markdown(&report);
    assert!(!summary.contains(hidden));
    tables_whole(&summary);

    let numbers = openmetrics(&report);
    assert!(!numbers.contains(hidden));
    openmetrics_parses(&numbers);
}

/// Every `<` opens or closes a tag that we write, and every tag is closed.
fn well_formed(page: &str) {
    const OURS: [&str; 41] = [
        "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3", "p", "section", "ul",
        "li", "article", "span", "b", "br", "small", "svg", "desc", "line", "text", "rect", "path", "circle",
        "details", "summary", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "footer", "g", "ol", "dl",
    ];
    let body = &page[page.find("<html").unwrap()..];
    let mut open: Vec<&str> = Vec::new();
    for part in body.split('<').skip(1) {
        let tag = &part[..part.find('>').unwrap()];
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap();
        assert!(OURS.contains(&name), "<{tag}>");
        assert!(tag.matches('"').count().is_multiple_of(2), "<{tag}>");
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "</{name}>");
        } else if !tag.ends_with('/') && !["meta", "br"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// All rows of a table have as many cells as its rule, counted as GitHub does: a backslash guards a bar.
fn tables_whole(summary: &str) {
    let cells = |line: &str| {
        let mut bars = 0;
        let mut guarded = false;
        for letter in line.chars() {
            bars += usize::from(letter == '|' && !guarded);
            guarded = letter == '\\' && !guarded;
        }
        bars
    };
    let mut columns = None;
    for line in summary.lines() {
        if line.starts_with('|') {
            let here = cells(line);
            assert_eq!(*columns.get_or_insert(here), here, "{line}");
        } else {
            columns = None;
            let known = ["", "#", "- ", "**", "<sub>", "<details>", "</details>", "Records", "Deployments"];
            assert!(line.is_empty() || known[1..].iter().any(|start| line.starts_with(start)), "{line}");
            assert!(!line.contains("<script") && !line.contains("<img"), "{line}");
        }
    }
}

/// A reader of the standard's grammar, as far as it is used here: names, labels, values, order, no line twice.
fn openmetrics_parses(text: &str) {
    let name_ok = |name: &str| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let mut family = String::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut families = std::collections::BTreeSet::new();
    let body = text.strip_suffix("# EOF\n").unwrap();
    for line in body.lines() {
        if let Some(rest) = line.strip_prefix("# ") {
            let mut words = rest.splitn(3, ' ');
            let (kind, name, value) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
            match kind {
                "TYPE" => {
                    assert!(["gauge", "info", "stateset"].contains(&value), "{line}");
                    assert!(name_ok(name) && families.insert(name.to_owned()), "{line}");
                    name.clone_into(&mut family);
                }
                "UNIT" => assert!(name == family && name.ends_with(&format!("_{value}")), "{line}"),
                "HELP" => assert_eq!(name, family),
                other => panic!("{other}"),
            }
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().unwrap().is_finite(), "{line}");
        assert!(seen.insert(series.to_owned()), "twice: {line}");
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        assert_eq!(name.trim_end_matches("_info"), family, "{line}");
        let mut names = std::collections::BTreeSet::new();
        let mut rest = labels;
        while rest != "}" {
            let (name, after) = rest.trim_start_matches(',').split_once("=\"").unwrap();
            assert!(name_ok(name) && names.insert(name.to_owned()), "{line}");
            let mut end = None;
            let mut guarded = false;
            for (at, letter) in after.char_indices() {
                match letter {
                    '"' if !guarded => {
                        end = Some(at);
                        break;
                    }
                    _ if guarded => {
                        assert!(['\\', '"', 'n'].contains(&letter), "{line}");
                        guarded = false;
                    }
                    _ => guarded = letter == '\\',
                }
            }
            rest = &after[end.unwrap() + 1..];
        }
    }
}

#[test]
fn names_that_strangers_chose_break_nothing() {
    for name in HOSTILE {
        holds(name);
    }
    holds(&"long ".repeat(800));
    holds(&"x".repeat(4096));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_name_breaks_nothing(name in "[\\PC\\pC<>|`\\\\\"'&\\n\\r*_#\\[\\]{}@$~=+.) -]{0,40}") {
        holds(&name);
    }
}
