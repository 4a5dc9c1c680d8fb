//! Circles among flags and segments. A diamond, two ways to one flag, is none.

use super::super::condition::Expr;
use super::super::ruleset::Segment;
use super::Compiler;
use crate::ground::error::{Error, ErrorCode};

/// Longer chains are refused.
const DEEPEST: usize = 64;

impl Compiler<'_> {
    /// Marks flags that lead to themselves, and those that lead on for too long.
    pub(super) fn cut_cycles(&mut self) {
        let edges: Vec<Vec<u32>> =
            self.set.flags.iter().map(|flag| flag.prerequisites.iter().map(|wanted| wanted.flag).collect()).collect();
        for (flag, found) in troubles(&edges) {
            let error = match found {
                Trouble::Circle(path) => {
                    let names: Vec<&str> = path.iter().map(|&index| &*self.set.flags[index as usize].name).collect();
                    let sentence =
                        format!("expected flags that do not lead back to themselves, found `{}`", names.join(" → "));
                    Error::new(ErrorCode::Conflict, sentence)
                }
                Trouble::Deep => {
                    Error::new(ErrorCode::TooLarge, format!("prerequisites lead over more than {DEEPEST} flags"))
                }
            };
            self.spoil(flag, error.at("prerequisites"));
        }
    }
}

/// Segments that lead to themselves or on for too long, with the way.
pub(super) fn of_segments(segments: &[Segment]) -> Vec<(usize, String)> {
    let mut edges = vec![Vec::new(); segments.len()];
    for (segment, edges) in segments.iter().zip(&mut edges) {
        segment.when.iter().for_each(|when| named(when, edges));
    }
    let path = |found| match found {
        Trouble::Circle(path) => {
            path.iter().map(|&index| &*segments[index as usize].name).collect::<Vec<_>>().join(" → ")
        }
        Trouble::Deep => format!("more than {DEEPEST} segments one after another"),
    };
    troubles(&edges).into_iter().map(|(index, found)| (index as usize, path(found))).collect()
}

fn named(expr: &Expr, found: &mut Vec<u32>) {
    match expr {
        Expr::All(parts) | Expr::Any(parts) => parts.iter().for_each(|part| named(part, found)),
        Expr::Not(inner) => named(inner, found),
        Expr::Segment(index) => found.push(*index),
        Expr::Compare(_) => {}
    }
}

enum Trouble {
    /// The way from something back to itself.
    Circle(Vec<u32>),
    Deep,
}

/// What lies on a circle, with the shortest way around found first, and what leads on for too long.
fn troubles(edges: &[Vec<u32>]) -> Vec<(u32, Trouble)> {
    let mut found: Vec<(u32, Trouble)> = Vec::new();
    // How far each leads, known when all that it leads to are: found by walking with a stack of our own.
    let (mut depth, mut state) = (vec![0_usize; edges.len()], vec![State::New; edges.len()]);
    let mut on_circle = vec![false; edges.len()];
    for start in 0..edges.len() as u32 {
        let mut stack = vec![(start, 0)];
        while let Some((at, next)) = stack.pop() {
            if next == 0 {
                if state[at as usize] == State::Done {
                    continue;
                }
                state[at as usize] = State::Open;
            }
            let Some(&to) = edges[at as usize].get(next) else {
                let deepest = edges[at as usize].iter().map(|&to| depth[to as usize] + 1).max();
                depth[at as usize] = deepest.unwrap_or_default();
                state[at as usize] = State::Done;
                continue;
            };
            stack.push((at, next + 1));
            match state[to as usize] {
                State::New => stack.push((to, 0)),
                State::Open => {
                    let from = stack.iter().position(|&(open, _)| open == to).unwrap_or_default();
                    let way: Vec<u32> = stack[from..].iter().map(|&(open, _)| open).collect();
                    for (index, &own) in way.iter().enumerate() {
                        if !std::mem::replace(&mut on_circle[own as usize], true) {
                            // Everybody's way begins and ends with themselves.
                            let path = way[index..].iter().chain(&way[..=index]).copied().collect();
                            found.push((own, Trouble::Circle(path)));
                        }
                    }
                }
                State::Done => {}
            }
        }
    }
    let deep = (0..edges.len()).filter(|&index| depth[index] > DEEPEST && !on_circle[index]);
    found.extend(deep.map(|index| (index as u32, Trouble::Deep)));
    found.sort_by_key(|&(index, _)| index);
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}
