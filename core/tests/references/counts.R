# Writes counts.json: Rscript counts.R > counts.json
suppressMessages(library(jsonlite))
set.seed(7)
rates <- lapply(list(rnbinom(52, mu = 3, size = .6), rpois(20, 1.2), rbinom(30, 5, .8), rpois(8, 40), c(0, 0, 0, 5, 0, 0, 0, 1)), function(x) {
  fit <- glm(x ~ 1, family = quasipoisson, control = list(epsilon = 1e-14, maxit = 100)); s <- summary(fit)
  half <- qt(.975, length(x) - 1) * s$coefficients[1, 2]
  list(counts = x, rate = exp(unname(coef(fit))), dispersion = s$dispersion, lag1 = acf(x, plot = FALSE)$acf[2],
       interval = exp(coef(fit)[[1]] + c(-1, 1) * half))
})
pairs <- lapply(list(list(rnbinom(40, mu = 3, size = 1), rpois(30, 4)), list(rpois(12, 6), rpois(12, 6)), list(rpois(9, 2), rnbinom(50, mu = 5, size = .4))), function(p) {
  one <- summary(glm(p[[1]] ~ 1, family = quasipoisson, control = list(epsilon = 1e-14, maxit = 100)))$coefficients
  two <- summary(glm(p[[2]] ~ 1, family = quasipoisson, control = list(epsilon = 1e-14, maxit = 100)))$coefficients
  v <- c(one[1, 2], two[1, 2])^2; n <- lengths(p)
  d <- two[1, 1] - one[1, 1]; df <- sum(v)^2 / sum(v^2 / (n - 1))
  list(first = p[[1]], second = p[[2]], ratio = exp(d), interval = exp(d + c(-1, 1) * qt(.975, df) * sqrt(sum(v))),
       p = 2 * pt(-abs(d / sqrt(sum(v))), df))
})
# The short series: exact conditional limits; poisson.test's p is not the central one, so it is built from pbinom.
exact <- lapply(list(list(c(1, 0, 2), c(4, 3)), list(c(7, 9, 8), c(1, 2, 0, 1)), list(c(3, 4), c(3, 4))), function(p) {
  x <- c(sum(p[[2]]), sum(p[[1]])); t <- c(length(p[[2]]), length(p[[1]]))
  k <- t[1] / sum(t)
  list(first = p[[1]], second = p[[2]], interval = poisson.test(x, t)$conf.int[1:2],
       p = min(1, 2 * min(pbinom(x[1], sum(x), k), pbinom(x[1] - 1, sum(x), k, lower.tail = FALSE))))
})
cat(toJSON(list(tool = paste0("R ", getRversion(), ": glm(family = quasipoisson), acf, poisson.test(conf.int), pbinom; ",
  "comparisons join two glm fits by Welch and Satterthwaite"),
  rates = rates, pairs = pairs, exact = exact), auto_unbox = TRUE, digits = NA))
