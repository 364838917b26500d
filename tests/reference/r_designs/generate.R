# Writes data/*.csv, cases/*.json and index.json.   Run:  Rscript generate.R   (in this folder)
# The schema, the helpers and their meaning are those of ../r_survey (README there).
source("../r_survey/common.R")
dir.create("data", showWarnings = FALSE)
data(election); data(mu284); data(api); data(nhanes)
el <- election_pps[, c("TotPrecincts", "Bush", "Kerry", "Nader", "votes", "p", "wt")]; el$big <- ifelse(el$votes > 200000, "big", "small"); el$half <- rep(c("a", "b"), 20); el$halfn <- rep(1:2, 20)
save_data(el, "election.csv"); write.table(election_jointprob, "data/election_joint.csv", sep = ",", row.names = FALSE, col.names = FALSE)
write.table(election_jointHR, "data/election_jointhr.csv", sep = ",", row.names = FALSE, col.names = FALSE)
mu <- mu284[, c("id1", "n1", "id2", "y1", "n2")]; mu$f1 <- 5 / mu$n1; mu$f2 <- 3 / mu$n2; mu$p1 <- mu$f1; mu$grp <- rep(c("x", "y", "z"), 5); save_data(mu, "mu284.csv")
keep <- c("cds","stype","snum","dnum","api00","api99","sch.wide","comp.imp","awards","meals","ell","mobility","full","emer","enroll","api.stu","pw")
save_data(apistrat[, c(keep, "fpc")], "apistrat.csv"); c1 <- apiclus1[, c(keep, "fpc")]; c1$frac <- 15 / 757; save_data(c1, "apiclus1.csv")
c2 <- apiclus2[, c(setdiff(keep, "fpc"), "fpc1", "fpc2")]; c2$enroll[is.na(c2$enroll)] <- 500; c2$reg <- ifelse(c2$dnum %% 2 == 0, "even", "odd"); c2$sub <- ifelse(c2$snum %% 2 == 0, "p", "q"); save_data(c2, "apiclus2.csv")
nh <- nhanes[nhanes$SDMVSTRA %in% c(75:80), ]; nh$agecat <- factor(nh$agecat, labels = c("0-19", "20-39", "40-59", "60+")); nh$psu <- paste0(nh$SDMVSTRA, "_", nh$SDMVPSU); save_data(nh, "nhanes.csv")
fs <- list(stype = A("E", "H", "M"), sch.wide = A("No", "Yes"), comp.imp = A("No", "Yes"), awards = A("No", "Yes"))
fn <- list(race = A("1", "2", "3", "4"), agecat = A("0-19", "20-39", "40-59", "60+"), RIAGENDR = A("1", "2"))
fe <- list(big = A("big", "small"), half = A("a", "b")); fm <- list(grp = A("x", "y", "z")); f2 <- c(fs, list(reg = A("even", "odd"), sub = A("p", "q")))

# PPS ---------------------------------------------------------------------------------------------------------------
P <- list(brewer = list(d = list(ids = NULL, fpc = A("p"), pps = "brewer")), overton = list(d = list(ids = NULL, fpc = A("p"), pps = "overton")),
  hr = list(d = list(ids = NULL, fpc = A("p"), pps = "HR_sample")), hrpop = list(d = list(ids = NULL, fpc = A("p"), pps = "HR_population", pps_sum_p2 = sum(election$p^2) / 40)),
  jointht = list(d = list(ids = NULL, fpc = A("p"), pps = "joint"), j = "election_joint.csv"), jointyg = list(d = list(ids = NULL, fpc = A("p"), pps = "joint", pps_variance = "YG"), j = "election_joint.csv"),
  jointhr = list(d = list(ids = NULL, fpc = A("p"), pps = "joint"), j = "election_jointhr.csv"), overtonyg = list(d = list(ids = NULL, fpc = A("p"), pps = "overton", pps_variance = "YG")),
  brewerstrat = list(d = list(ids = NULL, strata = A("half"), fpc = A("p"), pps = "brewer")), overtonstrat = list(d = list(ids = NULL, strata = A("halfn"), fpc = A("p"), pps = "overton")),
  hrstrat = list(d = list(ids = NULL, strata = A("halfn"), fpc = A("p"), pps = "HR_sample")))
for (k in names(P)) { g <- function(tag, est, steps = NULL) { d <- P[[k]]$d; if (!is.null(steps)) d$steps <- steps; jd <- P[[k]]$j; case(paste0("pps-", k, "-", tag), "election.csv", d, est, fe, topic = est$fn, joint_data = jd) }
  g("total", list(fn = "total", vars = A("Bush", "Kerry", "Nader"))); g("mean", list(fn = "mean", vars = A("Bush", "big"))); g("ratio", list(fn = "ratio", num = "Bush", den = "votes")); g("by", list(fn = "mean", vars = A("Bush"), by = A("big")))
  g("subset", list(fn = "total", vars = A("Kerry")), list(list(op = "subset", where = list(list(var = "big", op = "==", value = "small"))))); g("degf", list(fn = "degf")); g("prop", list(fn = "prop_ci", var = "big", event = "big", method = "beta"))
  g("glm", list(fn = "glm", formula = "Bush ~ Kerry + big", family = "gaussian")); g("deff", list(fn = "mean", vars = A("votes"), deff = TRUE)) }

# multistage ----------------------------------------------------------------------------------------------------------
M <- list(sizes = list(ids = A("id1", "id2"), fpc = A("n1", "n2")), fractions = list(ids = A("id1", "id2"), fpc = A("f1", "f2")), one = list(ids = A("id1"), fpc = A("n1")), probs = list(ids = A("id1"), probs = "p1"))
for (k in names(M)) { d <- M[[k]]; for (e in list(list(fn = "total", vars = A("y1")), list(fn = "mean", vars = A("y1", "grp"), deff = "replace"), list(fn = "mean", vars = A("y1"), by = A("grp")), list(fn = "variance", vars = A("y1")), list(fn = "degf")))
  case(paste0("mu284-", k, "-", e$fn, if (!is.null(e$by)) "-by"), "mu284.csv", d, e, fm) }
S2 <- list(strat2 = list(ids = A("dnum", "snum"), strata = A("reg"), weights = "pw", fpc = NULL), strat2s = list(ids = A("dnum", "snum"), strata = A("reg", "sub"), weights = "pw", nest = TRUE), wfpc = list(ids = A("dnum", "snum"), weights = "pw", fpc = A("fpc1", "fpc2")))
for (k in names(S2)) for (e in list(list(fn = "mean", vars = A("api00", "stype")), list(fn = "total", vars = A("enroll"), by = A("awards")), list(fn = "chisq", vars = A("sch.wide", "awards"), statistic = "F"), list(fn = "quantile", vars = A("api00"), probs = A(0.2, 0.5), interval_type = "beta", qrule = "hf6")))
  case(paste0("clus2-", k, "-", e$fn), "apiclus2.csv", S2[[k]], e, f2)
case("clus1-frac", "apiclus1.csv", list(ids = A("dnum"), weights = "pw", fpc = A("frac")), list(fn = "mean", vars = A("api00")), fs)
case("clus1-fracnow", "apiclus1.csv", list(ids = A("dnum"), fpc = A("frac")), list(fn = "total", vars = A("enroll")), fs)
l2 <- function(o, steps = NULL) c(list(ids = A("dnum", "snum"), fpc = A("fpc1", "fpc2"), lonely_psu = o), if (!is.null(steps)) list(steps = steps))
for (o in c("remove", "adjust", "certainty")) case(paste0("clus2-lonely-", o), "apiclus2.csv", l2(o), list(fn = "mean", vars = A("api00", "awards")), f2)
for (o in c("adjust", "average", "remove")) case(paste0("strat-domlonely-", o), "apistrat.csv", list(ids = NULL, strata = A("stype"), weights = "pw", fpc = A("fpc"), lonely_psu = o, adjust_domain_lonely = TRUE, steps = list(list(op = "subset", where = list(list(var = "enroll", op = ">", value = 2000))))), list(fn = "total", vars = A("api.stu")), fs)
for (o in c("adjust", "average")) case(paste0("strat-domlonely-by-", o), "apistrat.csv", list(ids = NULL, strata = A("stype"), weights = "pw", lonely_psu = o, adjust_domain_lonely = TRUE), list(fn = "mean", vars = A("api00"), by = A("awards", "comp.imp")), fs)

# weighting -----------------------------------------------------------------------------------------------------------
s0 <- list(ids = NULL, strata = A("stype"), weights = "pw", fpc = A("fpc")); k0 <- list(ids = A("dnum"), weights = "pw", fpc = A("fpc")); n0 <- list(ids = A("SDMVPSU"), strata = A("SDMVSTRA"), weights = "WTMEC2YR", nest = TRUE)
mr <- function(v, l, f) list(vars = A(v), cells = setNames(list(A(l), A(f)), c(v, "Freq")))
m_st <- mr("stype", c("E", "H", "M"), c(4421, 755, 1018)); m_sw <- mr("sch.wide", c("No", "Yes"), c(1072, 5122)); m_aw <- mr("awards", c("No", "Yes"), c(2000, 4194)); m_ci <- mr("comp.imp", c("No", "Yes"), c(1700, 4494))
rk4 <- list(op = "rake", margins = list(m_st, m_sw, m_aw, m_ci)); ps2 <- list(op = "post_stratify", vars = A("sch.wide", "awards"), cells = list(sch.wide = A("No", "Yes", "Yes"), awards = A("No", "No", "Yes"), Freq = A(1000, 1000, 4194)))
lin3 <- list(op = "calibrate", formula = "~stype + api99 + awards", population = list("(Intercept)" = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069, awardsYes = 4100), calfun = "linear")
v1 <- modifyList(lin3, list(variance = "dat$api99")); v1b <- v1; v1b$calfun <- "raking"; ag <- modifyList(lin3, list(aggregate_stage = 1)); agr <- modifyList(ag, list(calfun = "raking")); lg <- modifyList(lin3, list(calfun = "logit")); lg$bounds <- A(0.3, 3.5)
rb <- modifyList(lin3, list(calfun = "raking")); rb$bounds <- A(0.5, 2.5); li <- list(op = "calibrate", formula = "~stype * sch.wide", population = list("(Intercept)" = 6194, stypeH = 755, stypeM = 1018, "sch.wideYes" = 5122, "stypeH:sch.wideYes" = 440, "stypeM:sch.wideYes" = 760), calfun = "linear")
up <- list(op = "calibrate", formula = "~0 + stype", population = list(stypeE = 4421, stypeH = 755, stypeM = 1018), calfun = "raking")
W <- list(rake4 = rk4, ps2 = ps2, lin3 = lin3, variance = v1, variance_raking = v1b, logit = lg, raking_bounded = rb, interaction = li, nointercept = up)
sb <- list(op = "subset", where = list(list(var = "awards", op = "==", value = "Yes")))
for (w in names(W)) for (k in c("strat", "clus1")) { d <- if (k == "strat") s0 else k0; dat <- if (k == "strat") "apistrat.csv" else "apiclus1.csv"
  for (e in list(list(fn = "weights"), list(fn = "mean", vars = A("api00", "comp.imp")), list(fn = "total", vars = A("enroll"), by = A("stype")), list(fn = "chisq", vars = A("sch.wide", "stype"), statistic = "F"), list(fn = "glm", formula = "api00 ~ ell + awards", family = "gaussian")))
    case(paste(k, w, e$fn, sep = "-"), dat, c(d, list(steps = list(W[[w]]))), e, fs, topic = "weighting")
  case(paste(k, w, "subset-mean", sep = "-"), dat, c(d, list(steps = list(W[[w]], sb))), list(fn = "mean", vars = A("api00")), fs, topic = "weighting")
  case(paste(k, w, "subset-prop", sep = "-"), dat, c(d, list(steps = list(W[[w]], sb))), list(fn = "prop_ci", var = "sch.wide", event = "Yes", method = "xlogit"), fs, topic = "weighting") }
for (e in list(list(fn = "weights"), list(fn = "mean", vars = A("api00")))) { case(paste0("clus1-aggregate-", e$fn), "apiclus1.csv", c(k0, list(steps = list(ag))), e, fs, topic = "weighting"); case(paste0("clus1-aggregate-raking-", e$fn), "apiclus1.csv", c(k0, list(steps = list(agr))), e, fs, topic = "weighting")
  case(paste0("clus1-twosteps-", e$fn), "apiclus1.csv", c(k0, list(steps = list(list(op = "post_stratify", vars = m_st$vars, cells = m_st$cells), lin3, list(op = "trim_weights", upper = 70, lower = 15)))), e, fs, topic = "weighting")
  case(paste0("strat-rake-ps-", e$fn), "apistrat.csv", c(s0, list(steps = list(rk4, ps2))), e, fs, topic = "weighting"); case(paste0("strat-partial-", e$fn), "apistrat.csv", c(s0, list(steps = list(sb, list(op = "post_stratify", vars = A("awards"), cells = list(awards = A("No", "Yes"), Freq = A(10, 4000)), partial = TRUE)))), e, fs, topic = "weighting")
  case(paste0("strat-subset-rake-", e$fn), "apistrat.csv", c(s0, list(steps = list(list(op = "subset", where = list(list(var = "meals", op = ">", value = 10))), list(op = "rake", margins = list(m_st, m_ci))))), e, fs, topic = "weighting")
  case(paste0("scaled-", e$fn), "apistrat.csv", list(ids = NULL, steps = list(modifyList(up, list(calfun = "raking")))), e, fs, topic = "weighting") }

# replicates ------------------------------------------------------------------------------------------------------------
jk1 <- list(op = "as_replicate", type = "JK1"); jkn <- list(op = "as_replicate", type = "JKn")
R_ <- list(list(fn = "mean", vars = A("api00", "stype"), deff = TRUE), list(fn = "total", vars = A("enroll"), deff = "replace"), list(fn = "variance", vars = A("api00", "api99")), list(fn = "quantile", vars = A("api00"), probs = A(0.5), interval_type = "quantile", qrule = "school"), list(fn = "chisq", vars = A("sch.wide", "awards"), statistic = "Wald"),
  list(fn = "chisq", vars = A("sch.wide", "stype"), statistic = "Chisq"), list(fn = "chisq", vars = A("sch.wide", "stype"), statistic = "saddlepoint"), list(fn = "prop_ci", var = "awards", event = "Yes", method = "logit"), list(fn = "prop_ci", var = "awards", event = "Yes", method = "beta"), list(fn = "ttest", response = "api00", group = "awards"), list(fn = "glm", formula = "I(awards == \"Yes\") ~ ell + stype", family = "quasibinomial"),
  list(fn = "ratio", num = "api.stu", den = "enroll", by = A("stype")), list(fn = "contrast", of = list(fn = "mean", vars = A("api00", "api99")), contrasts = list(g = list(api00 = 1, api99 = -1), r = list(api00 = 2, api99 = 1))), list(fn = "cv", vars = A("api00")), list(fn = "weights"))
for (i in seq_along(R_)) { e <- R_[[i]]; tag <- paste0(e$fn, i); case(paste0("jk1-", tag), "apiclus1.csv", c(k0, list(steps = list(jk1))), e, fs, topic = "replicates"); case(paste0("jkn-", tag), "apistrat.csv", c(s0, list(steps = list(jkn))), e, fs, topic = "replicates")
  if (i %in% c(1, 2, 4, 8, 11)) { case(paste0("jk1rake-", tag), "apiclus1.csv", c(k0, list(steps = list(jk1, rk4))), e, fs, topic = "replicates") } }
case("jkn-degf-by", "apistrat.csv", c(s0, list(steps = list(jkn, sb))), list(fn = "degf"), fs, topic = "replicates")

# estimation on nhanes, with missing values -------------------------------------------------------------------------------
for (e in list(list(fn = "mean", vars = A("HI_CHOL", "race"), na_rm = TRUE), list(fn = "mean", vars = A("race"), by = A("agecat", "RIAGENDR")), list(fn = "ratio", num = "HI_CHOL", den = "WTMEC2YR", na_rm = TRUE), list(fn = "glm", formula = "HI_CHOL ~ race * RIAGENDR + agecat", family = "quasibinomial"), list(fn = "glm", formula = "HI_CHOL ~ agecat", family = "quasipoisson"), list(fn = "glm", formula = "HI_CHOL ~ agecat + log(WTMEC2YR)", family = "quasibinomial", link = "cloglog"), list(fn = "glm", formula = "I(race == 3) ~ agecat:RIAGENDR", family = "quasibinomial"), list(fn = "glm", formula = "HI_CHOL ~ 0 + agecat", family = "gaussian"),
  list(fn = "chisq", vars = A("RIAGENDR", "race"), statistic = "adjWald"), list(fn = "chisq", vars = A("agecat", "race"), statistic = "saddlepoint"), list(fn = "ranktest", response = "WTMEC2YR", group = "race", test = "KruskalWallis"), list(fn = "ranktest", response = "HI_CHOL", group = "RIAGENDR", test = "wilcoxon"), list(fn = "ranktest", response = "WTMEC2YR", group = "agecat", test = "vanderWaerden"), list(fn = "ttest", response = "HI_CHOL"),
  list(fn = "prop_ci", var = "HI_CHOL", event = 1, by = A("race"), method = "asin", na_rm = TRUE), list(fn = "prop_ci", var = "HI_CHOL", event = 1, by = A("race"), method = "beta", na_rm = TRUE), list(fn = "prop_ci", var = "race", event = "2", by = A("agecat"), method = "logit"), list(fn = "table", vars = A("race", "HI_CHOL")), list(fn = "total", vars = A("HI_CHOL"), na_rm = TRUE, deff = TRUE), list(fn = "variance", vars = A("HI_CHOL"), na_rm = TRUE), list(fn = "quantile", vars = A("WTMEC2YR"), probs = A(0.1, 0.9), interval_type = "asin", qrule = "hf8"), list(fn = "cv", vars = A("HI_CHOL"), na_rm = TRUE)))
  case(paste("nh", e$fn, .count$n, sep = "-"), "nhanes.csv", n0, e, fn)
case("nh-psu", "nhanes.csv", list(ids = A("psu"), strata = A("SDMVSTRA"), weights = "WTMEC2YR"), list(fn = "mean", vars = A("race")), fn)
case("nh-one-stage-strata-only", "nhanes.csv", list(ids = NULL, strata = A("psu"), weights = "WTMEC2YR"), list(fn = "mean", vars = A("race")), fn)
finish()
