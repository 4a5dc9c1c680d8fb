//! Circles among flags and among segments. A diamond, two ways to one thing, is none.

use std::collections::{BTreeMap, VecDeque};

use hashbrown::HashMap;

use super::super::condition::Expr;
use super::super::ruleset::{Rule, Segment};
use super::Compiler;
use crate::ground::error::{Error, ErrorCode};

/// Longer chains are refused.
const DEEPEST: usize = 64;
/// Longer chains of segments are refused: each may nest conditions too.
const DEEPEST_SEGMENTS: usize = 16;
/// A segment or a flag that takes more comparisons than this, with all segments that it asks for, is refused.
const MOST_STEPS: usize = 100_000;
/// A flag that takes more comparisons than this, with all flags that it asks for, is refused.
const MOST_STEPS_TOGETHER: usize = 1_000_000;
/// A flag that asks for more other flags than this, near or far, is refused.
const MOST_FLAGS: usize = 1_000;

impl Compiler<'_> {
    /// Marks flags that lead to themselves, those that lead on for too long, and those that take too many steps.
    pub(super) fn cut_cycles(&mut self) {
        let edges: Vec<Vec<u32>> =
            self.set.flags.iter().map(|flag| flag.prerequisites.iter().map(|wanted| wanted.flag).collect()).collect();
        let graph = Graph::new(&edges);
        for flag in 0..edges.len() as u32 {
            let name = |index: u32| self.set.flag(index).name.to_string();
            if let Some(error) = graph.error(flag, DEEPEST, "flags", name) {
                self.spoil(flag, error.at("prerequisites"));
            }
        }
        let steps: Vec<usize> = self.set.flags.iter().map(|flag| self.steps(&flag.rules)).collect();
        // By flag: the last one that was found to ask for it.
        let mut asked_by = vec![u32::MAX; edges.len()];
        for flag in 0..edges.len() as u32 {
            if self.set.flag(flag).malformed.is_some() {
                continue;
            }
            if let Some(error) = too_much(flag, &edges, &steps, &mut asked_by) {
                self.spoil(flag, error);
            }
        }
    }

    /// How many comparisons rules take at most.
    fn steps(&self, rules: &[Rule]) -> usize {
        let mut steps = 0_usize;
        for rule in rules {
            let mut segments = Vec::new();
            steps = steps.saturating_add(1 + rule.when.as_ref().map_or(0, |when| named(when, &mut segments)));
            let asked = segments.iter().map(|&segment| self.segment_steps[segment as usize]);
            steps = asked.fold(steps, usize::saturating_add);
        }
        steps
    }
}

/// Why a flag cannot be evaluated in bounded time, if it cannot.
fn too_much(flag: u32, edges: &[Vec<u32>], steps: &[usize], asked_by: &mut [u32]) -> Option<Error> {
    let own = steps[flag as usize];
    if own > MOST_STEPS {
        let sentence = format!("a flag takes at most {MOST_STEPS} comparisons, found {own}");
        return Some(Error::new(ErrorCode::TooLarge, sentence).at("rules"));
    }
    asked_by[flag as usize] = flag;
    let (mut next, mut flags, mut together) = (vec![flag], 0, own);
    while let Some(at) = next.pop() {
        for &to in &edges[at as usize] {
            if asked_by[to as usize] == flag {
                continue;
            }
            asked_by[to as usize] = flag;
            flags += 1;
            together += steps[to as usize].min(MOST_STEPS);
            if flags > MOST_FLAGS || together > MOST_STEPS_TOGETHER {
                let sentence = format!(
                    "at most {MOST_FLAGS} flags may be asked for, and {MOST_STEPS_TOGETHER} comparisons taken by them \
                     together, found more"
                );
                return Some(Error::new(ErrorCode::TooLarge, sentence).at("prerequisites"));
            }
            next.push(to);
        }
    }
    None
}

/// Segments that lead to themselves, on for too long, or through too many comparisons, and why; and how many each takes.
pub(super) fn of_segments(segments: &[Segment]) -> (Vec<(usize, Error)>, Vec<usize>) {
    let mut edges = vec![Vec::new(); segments.len()];
    let mut own = vec![1; segments.len()];
    for ((segment, edges), own) in segments.iter().zip(&mut edges).zip(&mut own) {
        segment.when.iter().for_each(|when| *own += named(when, edges));
    }
    let graph = Graph::new(&edges);
    let mut steps = vec![0_usize; segments.len()];
    for &index in &graph.order {
        let index = index as usize;
        steps[index] = edges[index].iter().fold(own[index], |sum, &to| sum.saturating_add(steps[to as usize]));
    }
    let why = |index: usize| {
        let name = |index: u32| segments[index as usize].name.to_string();
        graph.error(index as u32, DEEPEST_SEGMENTS, "segments", name).or_else(|| {
            let sentence = format!("a segment takes at most {MOST_STEPS} comparisons, found {}", steps[index]);
            (steps[index] > MOST_STEPS).then(|| Error::new(ErrorCode::TooLarge, sentence))
        })
    };
    let wrong = (0..segments.len()).filter_map(|index| why(index).map(|error| (index, error))).collect();
    (wrong, steps)
}

/// The segments that an expression names, and how many comparisons it takes.
fn named(expr: &Expr, found: &mut Vec<u32>) -> usize {
    match expr {
        Expr::All(parts) | Expr::Any(parts) => parts.iter().map(|part| named(part, found)).sum::<usize>() + 1,
        Expr::Not(inner) => named(inner, found) + 1,
        Expr::Segment(index) => {
            found.push(*index);
            1
        }
        Expr::Compare(compare) => compare.test.steps(),
    }
}

/// What leads to what.
pub(super) struct Graph {
    /// What is led to comes before what leads there.
    pub(super) order: Vec<u32>,
    /// How far each leads; what lies on a circle leads nowhere, because it is never looked into.
    depth: Vec<usize>,
    /// The shortest way back, of what lies on a circle.
    circles: BTreeMap<u32, Vec<u32>>,
}

impl Graph {
    pub(super) fn new(edges: &[Vec<u32>]) -> Self {
        let mut graph =
            Self { order: Vec::with_capacity(edges.len()), depth: vec![0; edges.len()], circles: BTreeMap::new() };
        let mut sources = vec![Vec::new(); edges.len()];
        for (from, to) in edges.iter().enumerate().flat_map(|(from, to)| to.iter().map(move |&to| (from, to))) {
            sources[to as usize].push(from as u32);
        }
        let mut waits: Vec<usize> = edges.iter().map(Vec::len).collect();
        let mut ready: Vec<u32> = (0..edges.len() as u32).filter(|&index| waits[index as usize] == 0).collect();
        graph.follow(&mut ready, &mut waits, &sources);
        // What is left leads to a circle, or lies on one.
        let left: Vec<u32> = (0..edges.len() as u32).filter(|&index| waits[index as usize] > 0).collect();
        let mut effort = MOST_EFFORT;
        for &index in &left {
            if let Some(way) = way_back(index, edges, &waits, &mut effort) {
                graph.circles.insert(index, way);
            }
        }
        ready.extend(graph.circles.keys());
        graph.follow(&mut ready, &mut waits, &sources);
        graph
    }

    /// Takes what is ready, and what becomes ready by it.
    fn follow(&mut self, ready: &mut Vec<u32>, waits: &mut [usize], sources: &[Vec<u32>]) {
        while let Some(at) = ready.pop() {
            self.order.push(at);
            for &from in &sources[at as usize] {
                self.depth[from as usize] = self.depth[from as usize].max(self.depth[at as usize] + 1);
                waits[from as usize] = waits[from as usize].saturating_sub(1);
                if waits[from as usize] == 0 && !self.circles.contains_key(&from) {
                    ready.push(from);
                }
            }
        }
    }

    /// Why something cannot be evaluated, if it cannot.
    pub(super) fn error(&self, index: u32, deepest: usize, what: &str, name: impl Fn(u32) -> String) -> Option<Error> {
        if let Some(way) = self.circles.get(&index) {
            // A long way is cut short: there may be one for each of thousands.
            const MOST: usize = 12;
            let shown = way.len().min(MOST);
            let mut names: Vec<String> = way[..shown - 1].iter().map(|&index| name(index)).collect();
            if way.len() > MOST {
                names.push(format!("… {} more …", way.len() - MOST));
            }
            names.extend(way.last().map(|&index| name(index)));
            let sentence =
                format!("expected {what} that do not lead back to themselves, found `{}`", names.join(" → "));
            return Some(Error::new(ErrorCode::Conflict, sentence));
        }
        let depth = self.depth[index as usize];
        let sentence = || format!("at most {deepest} {what} may follow one another, found {depth}");
        (depth > deepest).then(|| Error::new(ErrorCode::TooLarge, sentence()))
    }
}

/// Steps that the search for ways back may take in all; circles beyond it are told without their way.
const MOST_EFFORT: usize = 10_000_000;

/// The shortest way from something back to itself, over what is still waiting.
fn way_back(index: u32, edges: &[Vec<u32>], waits: &[usize], effort: &mut usize) -> Option<Vec<u32>> {
    let mut came_from = HashMap::new();
    let mut next = VecDeque::from([index]);
    while let Some(at) = next.pop_front() {
        for &to in &edges[at as usize] {
            let Some(rest) = effort.checked_sub(1) else { return Some(vec![index]) };
            *effort = rest;
            if to == index {
                let mut way = vec![index, at];
                while let Some(&before) = came_from.get(&way[way.len() - 1]).filter(|_| way[way.len() - 1] != index) {
                    way.push(before);
                }
                if at == index {
                    way.truncate(2);
                }
                way.reverse();
                return Some(way);
            }
            if waits[to as usize] > 0 && !came_from.contains_key(&to) {
                came_from.insert(to, at);
                next.push_back(to);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_with_their_way_and_diamonds_are_none() {
        // 0 → 1 → 2 → 0, and 3 leads there; 4 → 5, 6 → 7 is a diamond; 8 leads to itself; 9 is on a second circle
        // through 1 and 2.
        let edges = [vec![1, 9], vec![2], vec![0], vec![0], vec![5, 6], vec![7], vec![7], vec![], vec![8], vec![1]];
        let graph = Graph::new(&edges);
        let found: Vec<_> = graph.circles.iter().map(|(index, way)| (*index, way.clone())).collect();
        let expected = [
            (0, vec![0, 1, 2, 0]),
            (1, vec![1, 2, 0, 1]),
            (2, vec![2, 0, 1, 2]),
            (8, vec![8, 8]),
            (9, vec![9, 1, 2, 0, 9]),
        ];
        assert_eq!(found, expected);
        assert_eq!(graph.depth[4], 2);
        assert_eq!(graph.order.len(), edges.len());
        let place = |index| graph.order.iter().position(|&other| other == index);
        assert!(place(7) < place(5) && place(5) < place(4));
    }
}
