# Differences between columns and between waves by R `survey`, from survey.csv (made by make_data.py).
# Run in this folder: Rscript generate.R ; writes expected.json. Needs the packages survey and jsonlite.
suppressMessages(library(survey)); library(jsonlite)
d <- read.csv("survey.csv", stringsAsFactors = TRUE)
out <- list(R = R.version.string, survey = as.character(packageVersion("survey")))
one <- subset(svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = d), wave == 1)
row <- function(x) list(estimate = as.numeric(coef(x)), se = as.numeric(SE(x)))
pairs <- list(c("x", "y"), c("x", "z"), c("y", "z"))

letters_ <- list()
for (level in levels(d$answer)) {
  one$variables$hit <- as.numeric(one$variables$answer == level)
  by <- svyby(~hit, ~group, one, svymean, covmat = TRUE)
  for (p in pairs) {
    k <- setNames(c(1, -1), p)
    letters_[[length(letters_) + 1]] <- c(list(level = level, a = p[1], b = p[2]), row(svycontrast(by, k)))
  }
}
out$disjoint <- letters_

over <- list()
for (level in levels(d$answer)) {
  one$variables$rh <- one$variables$radio * (one$variables$answer == level)
  one$variables$wh <- one$variables$web * (one$variables$answer == level)
  t <- svytotal(~rh + radio + wh + web, one)
  over[[length(over) + 1]] <- c(list(level = level), row(svycontrast(t, quote(rh / radio - wh / web))))
}
out$overlapping <- over

one$variables$score <- as.numeric(one$variables$answer)
m <- svyby(~score, ~group, one, svymean, covmat = TRUE)
out$means <- lapply(pairs, function(p) c(list(a = p[1], b = p[2]), row(svycontrast(m, setNames(c(1, -1), p)))))

both <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = d)
waves <- list()
for (level in levels(d$answer)) {
  both$variables$hit <- as.numeric(both$variables$answer == level)
  w <- svyby(~hit, ~wave, both, svymean, covmat = TRUE)
  waves[[length(waves) + 1]] <- c(list(level = level), row(svycontrast(w, c("1" = -1, "2" = 1))))
}
out$waves <- waves
write(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = TRUE), "expected.json")
