# Writes cluster.json: Rscript cluster.R > cluster.json
suppressMessages({library(survey); library(jsonlite)})
set.seed(20260101)
one <- function(m, sizes, tau, digits, p, level) {
  size <- sample(sizes, m, replace = TRUE)
  id <- rep(seq_len(m) - 1, size)
  x <- round(exp(rnorm(m, 0, tau)[id + 1] + rnorm(length(id), 0, 1)), digits)
  design <- suppressWarnings(svydesign(ids = ~id, data = data.frame(x = x, id = id)))
  q <- survey:::qrule_hf7(x, rep(1, length(x)), p)
  r <- suppressWarnings(svyquantile(~x, design, p, qrule = "hf7", interval.type = "mean", alpha = 1 - level))
  upto <- svymean(x <= q, design, deff = "replace")
  below <- svymean(x < q, design, deff = "replace")
  se <- max(SE(upto)[1], SE(below)[1])
  share <- p + c(-1, 1) * qt((1 + level) / 2, degf(design)) * se
  ends <- ifelse(share < 0 | share > 1, NA, survey:::qrule_hf7(x, rep(1, length(x)), pmin(pmax(share, 0), 1)))
  rep <- as.svrepdesign(design, type = "JK1", mse = TRUE)
  jackknife <- max(SE(svymean(x <= q, rep))[1], SE(svymean(x < q, rep))[1])
  k <- if (SE(upto)[1] >= SE(below)[1]) upto else below
  list(p = p, level = level, values = x, clusters = id, quantile = unname(coef(r)),
       shareError = se, jackknifeError = jackknife, designEffect = unname(deff(k)[1]), interval = ends,
       svyquantile = as.numeric(confint(r)), shareUpTo = unname(coef(upto)[1]))
}
cases <- list(
  one(12, 1:3, 1, 6, .5, .95), one(15, 1:20, 1, 6, .5, .95), one(40, 1:8, 2, 6, .5, .95), one(40, 1:8, 2, 6, .9, .95),
  one(30, 1, 1, 6, .5, .9), one(25, 2:9, .5, 0, .5, .95), one(25, 2:9, .5, 0, .75, .99), one(60, 1:30, 1, 2, .25, .95))
cat(toJSON(list(
  tool = paste0("R ", getRversion(), ", survey ", packageVersion("survey"),
    "; quantile: svyquantile(qrule = hf7); shareError, designEffect: svymean(x <= q) or svymean(x < q), the larger; jackknifeError: the same by as.svrepdesign(JK1, mse); ",
    "interval: qrule_hf7 at p -+ qt * SE; svyquantile: its own interval, around the share up to q"),
  cases = cases), auto_unbox = TRUE, digits = NA, na = "null"))
