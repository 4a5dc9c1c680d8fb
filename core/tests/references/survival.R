# Writes survival.json: Rscript survival.R > survival.json
suppressMessages({library(survival); library(jsonlite)})
set.seed(314)
draw <- function(n, rate, censor, digits) {
  t <- rexp(n, rate); c <- if (censor > 0) rexp(n, censor) else rep(Inf, n)
  list(times = round(pmin(t, c), digits), ended = as.numeric(t <= c))
}
curves <- lapply(list(list(20, .1, 0, 3), list(60, .1, .05, 0), list(150, .02, .03, 2), list(9, 1, .2, 1)), function(a) {
  d <- do.call(draw, a)
  fit <- survfit(Surv(d$times, d$ended) ~ 1, conf.type = "log-log")
  tau <- unname(quantile(d$times, .8))
  tab <- survival:::survmean(fit, rmean = tau)$matrix
  med <- summary(fit)$table
  keep <- fit$n.event > 0
  list(times = d$times, ended = d$ended, stepTimes = fit$time[keep], survival = fit$surv[keep], greenwood = ifelse(is.finite(fit$std.err[keep]), fit$std.err[keep]^2, NA),
       median = unname(med["median"]), interval = unname(med[c("0.95LCL", "0.95UCL")]), horizon = tau,
       restricted = unname(tab["rmean"]), restrictedError = unname(tab["se(rmean)"]))
})
tests <- lapply(list(list(c(40, 50), c(.1, .15), .03, 1, 0), list(c(25, 30), c(.1, .1), 0, 1, 1), list(c(80, 60), c(.05, .09), .04, 3, 0)), function(a) {
  k <- a[[4]]
  parts <- lapply(seq_len(k), function(s) { x <- draw(a[[1]][1], a[[2]][1] * s, a[[3]], a[[5]]); y <- draw(a[[1]][2], a[[2]][2] * s, a[[3]], a[[5]])
    data.frame(t = c(x$times, y$times), e = c(x$ended, y$ended), g = rep(0:1, a[[1]]), s = s) })
  d <- do.call(rbind, parts)
  f <- if (k > 1) Surv(t, e) ~ g + strata(s) else Surv(t, e) ~ g
  one <- function(rho) { r <- survdiff(f, d, rho = rho); o <- if (k > 1) rowSums(r$obs) else r$obs; e <- if (k > 1) rowSums(r$exp) else r$exp
    list(chisq = r$chisq, p = pchisq(r$chisq, 1, lower.tail = FALSE), observed = o, expected = e) }
  list(rows = d, petoPeto = one(1), logRank = one(0))
})
cat(toJSON(list(tool = paste0("R ", getRversion(), ", survival ", packageVersion("survival"), ": survfit(conf.type = log-log), survmean(rmean), survdiff(rho = 1 and 0, strata)"),
  curves = curves, tests = tests), auto_unbox = TRUE, digits = NA, na = "null", dataframe = "columns"))
