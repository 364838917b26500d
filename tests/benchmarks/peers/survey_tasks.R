# The benchmark's tasks done by R survey: prints `task cpu wall`. Arguments: folder, rows, tasks, questions of the banner.
suppressWarnings(suppressMessages(library(survey)))
a <- commandArgs(trailingOnly = TRUE); folder <- a[1]; n <- as.integer(a[2]); tasks <- strsplit(a[3], ",")[[1]]; asked <- as.integer(a[4])
column <- function(name) readBin(file.path(folder, paste0(name, ".f64")), "double", n)
d <- data.frame(psu = column("psu"), stratum = column("stratum"), w = column("w"), y = column("y"))
for (v in c(paste0("q", 0:9), "sex", "age", "region", "edu", "sexage")) d[[v]] <- factor(column(v))
des <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = d)
margin <- function(v) { t <- data.frame(levels(d[[v]]), readBin(file.path(folder, paste0("target_", v, ".f64")), "double", 100)); names(t) <- c(v, "Freq"); t }
work <- list(
  banner = function() for (q in paste0("q", seq_len(asked) - 1)) { f <- as.formula(paste0("~", q)); svymean(f, des)
    for (b in c("sex", "age", "region", "sexage")) svyby(f, as.formula(paste0("~", b)), des, svymean) },
  question = function() svymean(~q0, des),
  bootstrap = function() { r <- as.svrepdesign(des, type = "subbootstrap", replicates = 200); svymean(~y, r) },
  rake = function() { v <- c("sex", "age", "region", "edu"); rake(des, lapply(v, function(x) as.formula(paste0("~", x))), lapply(v, margin), control = list(maxit = 50, epsilon = 1e-6)) })
for (t in tasks) { gc(); s <- proc.time(); work[[t]](); e <- proc.time() - s; cat(t, e[["user.self"]] + e[["sys.self"]], e[["elapsed"]], "\n") }
