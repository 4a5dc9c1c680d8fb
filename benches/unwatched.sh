#!/bin/sh
# What it costs that an evaluation can be watched, where nobody watches: the benchmark of flags as it is, and of a copy of
# the library from which every call to the one who watches is deleted. Three times in turn:
#   sh benches/unwatched.sh
set -eu
cd "$(dirname "$0")/.."
copy=target/unwatched
rm -rf "$copy/tree"
mkdir -p "$copy/tree"
git ls-files -z | tar --null --files-from=- --create | tar --extract --directory="$copy/tree"
sed -i -E '/^ *watch\.[a-z_]+\(.*\);$/d' "$copy"/tree/core/src/flags/*.rs "$copy"/tree/core/src/flags/flagd/*.rs
if grep -rE 'watch\.(enter|leave|compared|hashed|undecided|out_of_time)\(' "$copy/tree/core/src/flags"; then
    echo "these calls are still there" >&2
    exit 1
fi

# The path of the program that was built.
build() {
    cargo bench --manifest-path "$1/Cargo.toml" --target-dir "$2" -p truenorth-benches --bench flags --no-run 2>&1 |
        sed -n 's/.*(\(.*\))$/\1/p' | tail -1
}
with=$(build . target)
without=$(build "$copy/tree" "$copy")
for turn in 1 2 3; do
    for program in "$with" "$without"; do
        test "$program" = "$with" && echo "$turn: with the calls" || echo "$turn: without them"
        "$program" --evaluation
    done
done
