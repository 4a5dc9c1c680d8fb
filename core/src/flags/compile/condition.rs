//! Conditions as they are written, made ready.

use ipnet::IpNet;
use semver::Version;
use serde_json::Value;

use super::super::comparison::{Order, Test, lenient_version};
use super::super::condition::{Compare, Expr};
use super::super::context::Symbol;
use super::super::members::Members;
use super::super::types::{Coercion, Condition, VersionBounds};
use super::Compiler;
use crate::ground::error::{At as _, Error, ErrorCode, Result};
use crate::ground::text::excerpt;

impl Compiler<'_> {
    pub(super) fn condition(&mut self, mut written: Condition) -> Result<Expr> {
        let nots = [written.all.is_some(), written.any.is_some(), written.not.is_some(), written.segment.is_some()];
        let kinds = nots.iter().filter(|given| **given).count() + usize::from(written.attribute.is_some());
        if kinds != 1 {
            let sentence = "expected exactly one of `all`, `any`, `not`, `segment` and `attribute`";
            let code = if kinds == 0 { ErrorCode::MissingField } else { ErrorCode::Conflict };
            return Err(Error::new(code, format!("{sentence}, found {}", if kinds == 0 { "none" } else { "several" })));
        }
        if written.attribute.is_some() {
            return self.compare(written);
        }
        let [all, any] = [written.all.take(), written.any.take()];
        let (not, segment) = (written.not.take(), written.segment.take());
        if written != Condition::default() {
            return Err(Error::new(ErrorCode::MissingField, "a comparison needs an `attribute`"));
        }
        if let Some(parts) = all {
            return Ok(Expr::All(self.parts(parts, "all")?));
        }
        if let Some(parts) = any {
            return Ok(Expr::Any(self.parts(parts, "any")?));
        }
        if let Some(inner) = not {
            return Ok(Expr::Not(Box::new(self.condition(*inner).at("not")?)));
        }
        self.segment_named(&segment.unwrap_or_default()).at("segment")
    }

    fn parts(&mut self, parts: Vec<Condition>, name: &str) -> Result<Vec<Expr>> {
        if parts.is_empty() {
            return Err(Error::new(ErrorCode::MissingField, "expected at least one condition, found none").at(name));
        }
        let mut ready = Vec::with_capacity(parts.len());
        for (index, part) in parts.into_iter().enumerate() {
            ready.push(self.condition(part).at(format_args!("{name}[{index}]"))?);
        }
        Ok(ready)
    }

    fn segment_named(&self, name: &str) -> Result<Expr> {
        let Some(&index) = self.segment_names.get(name) else {
            return Err(super::unknown("segment", name, self.segment_names.keys().map(String::as_str)));
        };
        if self.malformed_segments[index as usize] {
            let sentence = format!("the segment `{}` is malformed", excerpt(name));
            return Err(Error::new(ErrorCode::Conflict, sentence));
        }
        Ok(Expr::Segment(index))
    }

    fn compare(&mut self, written: Condition) -> Result<Expr> {
        let lenient = written.coerce == Some(Coercion::Lenient);
        let if_missing = written.if_missing;
        let attribute = self.attribute(written.attribute.as_deref().unwrap_or_default());
        let tests = self.tests(written, lenient)?;
        let [(_, test)] = <[_; 1]>::try_from(tests).map_err(|tests| {
            let names: Vec<&str> = tests.iter().map(|(name, _)| *name).collect();
            if names.is_empty() {
                Error::new(ErrorCode::MissingField, "expected a comparison, such as `equals` or `in`, found none")
            } else {
                let sentence = format!("expected one comparison, found `{}`", names.join("` and `"));
                Error::new(ErrorCode::Conflict, sentence)
            }
        })?;
        Ok(Expr::Compare(Compare { attribute, test, if_missing, lenient }))
    }
}

impl Compiler<'_> {
    /// All comparisons that are written, with their names.
    fn tests(&mut self, written: Condition, lenient: bool) -> Result<Vec<(&'static str, Test)>> {
        let mut tests = Vec::with_capacity(1);
        if let Some(value) = written.equals {
            tests.push(("equals", Test::In(self.members(vec![value]).at("equals")?)));
        }
        if let Some(values) = written.one_of {
            tests.push(("in", Test::In(self.members(values).at("in")?)));
        }
        if let Some(values) = written.not_in {
            tests.push(("notIn", Test::NotIn(self.members(values).at("notIn")?)));
        }
        let boxed = |texts: Vec<String>| texts.into_iter().map(String::into_boxed_str).collect();
        tests.extend(written.starts_with.map(|texts| ("startsWith", Test::StartsWith(boxed(texts)))));
        tests.extend(written.ends_with.map(|texts| ("endsWith", Test::EndsWith(boxed(texts)))));
        tests.extend(written.contains.map(|texts| ("contains", Test::Contains(boxed(texts)))));
        if let Some(pattern) = written.matches {
            tests.push(("matches", Test::Matches(self.pattern(pattern).at("matches")?)));
        }
        let numbers = [
            ("lessThan", written.less_than, Order::Less),
            ("atMost", written.at_most, Order::AtMost),
            ("moreThan", written.more_than, Order::More),
            ("atLeast", written.at_least, Order::AtLeast),
        ];
        for (name, number, order) in numbers {
            if let Some(number) = number {
                tests.push((name, Test::Number(order, crate::ground::number::finite(number).at(name)? + 0.0)));
            }
        }
        tests.extend(written.before.map(|time| ("before", Test::Before(time))));
        tests.extend(written.since.map(|time| ("since", Test::Since(time))));
        if let Some(bounds) = written.version {
            tests.push(("version", Test::Version(versions(&bounds, lenient).at("version")?)));
        }
        if let Some(networks) = written.in_network {
            let mut ready = Vec::with_capacity(networks.len());
            for (index, network) in networks.iter().enumerate() {
                ready.push(self::network(network).at(format_args!("inNetwork[{index}]"))?);
            }
            tests.push(("inNetwork", Test::InNetwork(ready)));
        }
        tests.extend(written.present.map(|present| ("present", Test::Present(present))));
        Ok(tests)
    }

    fn members(&mut self, values: Vec<Value>) -> Result<Members> {
        let (mut members, mut texts) = (Members::default(), Vec::new());
        let alone = values.len() == 1;
        for (index, value) in values.into_iter().enumerate() {
            match value {
                Value::String(text) => texts.push((self.symbol(&text), text.into_boxed_str())),
                Value::Bool(truth) => members.truths.push(truth),
                Value::Number(number) => members.numbers.extend(number.as_f64().map(|number| number + 0.0)),
                Value::Null | Value::Array(_) | Value::Object(_) => {
                    let error =
                        Error::new(ErrorCode::WrongType, "expected text, a number or a boolean, found something else");
                    return Err(if alone { error } else { error.at(format_args!("[{index}]")) });
                }
            }
        }
        texts.sort_unstable_by_key(|(symbol, _)| *symbol);
        members.texts = texts;
        Ok(members)
    }

    fn symbol(&mut self, text: &str) -> Symbol {
        let next = Symbol(self.set.symbols.len() as u32);
        *self.set.symbols.entry_ref(text).or_insert(next)
    }
}

fn versions(bounds: &VersionBounds, lenient: bool) -> Result<Vec<(Order, Version)>> {
    let written = [
        ("equals", &bounds.equals, Order::Equal),
        ("lessThan", &bounds.less_than, Order::Less),
        ("atMost", &bounds.at_most, Order::AtMost),
        ("moreThan", &bounds.more_than, Order::More),
        ("atLeast", &bounds.at_least, Order::AtLeast),
    ];
    let mut ready = Vec::new();
    for (name, text, order) in written {
        if let Some(text) = text {
            let parsed = if lenient { lenient_version(text) } else { Version::parse(text).ok() };
            let version = parsed.ok_or_else(|| {
                let sentence = format!("expected a semantic version such as `1.4.0`, found `{}`", excerpt(text));
                Error::new(ErrorCode::UnknownValue, sentence).at(name)
            })?;
            ready.push((order, version));
        }
    }
    if ready.is_empty() {
        return Err(Error::new(ErrorCode::MissingField, "expected a bound, such as `atLeast`, found none"));
    }
    Ok(ready)
}

fn network(text: &str) -> Result<IpNet> {
    let network = text.parse().or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from));
    network.map_err(|_| {
        let sentence = format!("expected a network such as `10.0.0.0/8`, found `{}`", excerpt(text));
        Error::new(ErrorCode::UnknownValue, sentence)
    })
}
