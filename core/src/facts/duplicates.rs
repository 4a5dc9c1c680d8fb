//! Finding rows that are the same thing again, among millions.

use hashbrown::HashTable;

/// Rows a part holds, so that a part's table stays in the processor's cache.
const ROWS_A_PART: usize = 8192;

/// Each row that is the same as an earlier one, after the first such row; rows without a hash are like no other.
///
/// Rows are cut into parts by their hash, together with a piece of it, so that rows themselves are only looked at
/// where those pieces are the same. The rows of one thing come in order.
pub(super) fn find(
    rows: usize,
    hash: impl Fn(usize) -> Option<u64>,
    same: impl Fn(usize, usize) -> bool,
) -> Vec<(u32, u32)> {
    let parts = (rows / ROWS_A_PART + 1).next_power_of_two();
    let part = |hash: u64| if parts == 1 { 0 } else { (hash >> (64 - parts.trailing_zeros())) as usize };
    let mut ends = vec![0_usize; parts + 1];
    for row in 0..rows {
        if let Some(hash) = hash(row) {
            ends[part(hash) + 1] += 1;
        }
    }
    for index in 1..ends.len() {
        ends[index] += ends[index - 1];
    }
    // Where each part begins becomes where it ends, as its rows are put there.
    let mut places = vec![(0_u32, 0_u32); ends.last().copied().unwrap_or_default()];
    for row in 0..rows {
        if let Some(hash) = hash(row) {
            let end = &mut ends[part(hash)];
            places[*end] = (hash as u32, row as u32);
            *end += 1;
        }
    }
    let mut pairs = Vec::new();
    let mut seen: HashTable<(u32, u32)> = HashTable::with_capacity(2 * ROWS_A_PART);
    let spread = |piece: u32| u64::from(piece).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut from = 0;
    for &to in &ends[..parts] {
        seen.clear();
        for &(piece, row) in &places[from..to] {
            let known = |&(of, other): &(u32, u32)| of == piece && same(other as usize, row as usize);
            match seen.find(spread(piece), known) {
                Some(&(_, first)) => pairs.push((first, row)),
                None => {
                    seen.insert_unique(spread(piece), (piece, row), |&(piece, _)| spread(piece));
                }
            }
        }
        from = to;
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(things in proptest::collection::vec(0_u8..40, 0..200), scale in 0_u32..64) {
            // Whatever bits of the hash tell things apart; 0 is like no other.
            let hash = |row: usize| (things[row] > 0).then(|| u64::from(things[row]) << scale);
            let mut found = find(things.len(), hash, |a, b| things[a] == things[b]);
            found.sort_by_key(|pair| pair.1);
            let expected: Vec<(u32, u32)> = (0..things.len())
                .filter(|&row| things[row] > 0)
                .map(|row| (things.iter().position(|&thing| thing == things[row]).unwrap() as u32, row as u32))
                .filter(|(first, row)| first != row)
                .collect();
            proptest::prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn many_rows_in_many_parts() {
        let thing = |row: usize| (row % 50_000) as u64;
        let hash = |row: usize| Some(thing(row).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let found = find(120_000, hash, |a, b| thing(a) == thing(b));
        assert_eq!(found.len(), 70_000);
        assert!(found.iter().all(|&(first, row)| thing(first as usize) == thing(row as usize) && first < 50_000));
    }
}
