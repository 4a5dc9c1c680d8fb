# A thin face over `cargo xtask`, which also runs where make is missing.
.PHONY: test ci fuzz bench bless

# Everything, in three languages, from a bare checkout.
test:
	cargo xtask test

# The same, where nothing may be skipped, with licences, bans and documentation.
ci:
	cargo xtask ci

# Every fuzz target for a bounded time: `make fuzz SECONDS=60`.
fuzz:
	cargo xtask fuzz $(SECONDS)

# The benchmarks of the README's table.
bench:
	cargo xtask bench

# Write golden cases, generated types and schemas anew; read the difference before you commit it.
bless:
	cargo xtask bless
