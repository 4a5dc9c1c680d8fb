# Writes rank.json: Rscript rank.R > rank.json. The clustered test of singletons is scipy's brunnermunzel, see rank.py.
suppressMessages(library(jsonlite))
set.seed(99)
one <- function(x, y) {
  w <- suppressWarnings(wilcox.test(y, x, conf.int = TRUE, conf.level = .95))
  d <- sort(outer(y, x, "-")); m <- length(x); n <- length(y)
  exact <- m < 50 && n < 50 && !anyDuplicated(c(x, y))
  l <- if (exact) qwilcox(.025, m, n) else NA
  list(first = x, second = y, u = unname(w$statistic), p = w$p.value, exact = exact, shift = median(d),
       interval = if (!exact) as.numeric(w$conf.int) else if (l == 0) c(NA, NA) else c(d[l], d[m * n + 1 - l]))
}
cases <- list(
  one(rnorm(3), rnorm(4)), one(rnorm(8), rnorm(12, 1)), one(rexp(30), rexp(49, .5)), one(rnorm(49), rnorm(49, .7)),
  one(round(rnorm(20) * 3), round(rnorm(25, .5) * 3)), one(rpois(60, 3), rpois(40, 4)), one(rnorm(120), rnorm(75, .3)), one(rexp(51), rexp(5)))
cat(toJSON(list(tool = paste0("R ", getRversion(), ": wilcox.test, qwilcox; shift = median of all differences; exact intervals from ",
  "the ordered differences at qwilcox, the others are wilcox.test's own, found by root-finding on a smooth statistic"),
  cases = cases), auto_unbox = TRUE, digits = NA, na = "null"))
