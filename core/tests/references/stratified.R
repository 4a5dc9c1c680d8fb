# Writes stratified.json: Rscript stratified.R > stratified.json
suppressMessages({library(metafor); library(coin); library(jsonlite)})
set.seed(1959)
rates <- lapply(list(list(c(4, 9, 1), c(50, 60, 20), c(9, 20, 0), c(55, 40, 30)), list(c(12), c(10), c(20), c(11))), function(a) {
  fit <- rma.mh(measure = "IRR", x1i = a[[3]], t1i = a[[4]], x2i = a[[1]], t2i = a[[2]], level = 95, add = 0, drop00 = FALSE)
  list(first = a[[1]], firstTime = a[[2]], second = a[[3]], secondTime = a[[4]], ratio = exp(fit$beta[1]),
       interval = exp(c(fit$ci.lb, fit$ci.ub)), p = fit$pval)
})
ranks <- lapply(list(c(8, 3, 0), c(20, 4, 0), c(15, 2, 1)), function(a) {
  d <- do.call(rbind, lapply(seq_len(a[2]), function(s) data.frame(
    y = round(rnorm(2 * a[1] + s, s + c(rep(0, a[1]), rep(.6, a[1] + s))), 2 - 2 * a[3]), g = rep(0:1, c(a[1], a[1] + s)), s = s)))
  d$g <- factor(d$g); d$s <- factor(d$s)
  test <- independence_test(y ~ g | s, d, distribution = "asymptotic",
    ytrafo = function(data) trafo(data, numeric_trafo = function(y) rank(y) / (length(y) + 1), block = d$s))
  list(y = d$y, g = as.integer(as.character(d$g)), s = as.integer(as.character(d$s)), z = abs(unname(statistic(test))), p = as.numeric(pvalue(test)))
})
x <- list(rnbinom(12, mu = 5, size = 1), rpois(20, 2), c(1, 0, 0, 2, 5))
d <- data.frame(y = unlist(x), s = factor(rep(seq_along(x), lengths(x))))
fit <- glm(y ~ s, quasipoisson, d, control = list(epsilon = 1e-14, maxit = 100))
cat(toJSON(list(tool = paste0("R ", getRversion(), ", metafor ", packageVersion("metafor"), " rma.mh(IRR), coin ", packageVersion("coin"),
  " independence_test with ranks / (N + 1) in blocks, glm(quasipoisson)"), rates = rates, ranks = ranks,
  dispersion = list(series = x, value = summary(fit)$dispersion, df = fit$df.residual)), auto_unbox = TRUE, digits = NA))
