"""Families and links of generalised linear models. Source: McCullagh & Nelder (1989)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from analysis.arrays import Array
from analysis.errors import DesignError

Function = Callable[[Array], Array]


@dataclass(frozen=True)
class Link:
    """eta = forward(mu); mu = inverse(eta); slope = d mu / d eta."""

    name: str
    forward: Function
    inverse: Function
    slope: Function


@dataclass(frozen=True)
class Family:
    """variance(mu) up to dispersion; deviance(y, mu) per unit weight; start(y, w): first mu; valid(y): of responses;
    inside(mu): of means."""

    name: str
    link: Link
    variance: Function
    deviance: Callable[[Array, Array], Array]
    start: Callable[[Array, Array], Array]
    valid: Callable[[Array], bool]
    inside: Callable[[Array], bool]


def _expit_slope(eta: Array) -> Array:
    p = special.expit(eta)
    return np.asarray(np.maximum(p * (1 - p), 1e-300))


LINKS: dict[str, Link] = {
    "identity": Link("identity", lambda m: m, lambda e: e, np.ones_like),
    "log": Link(
        "log", np.log, lambda e: np.exp(np.minimum(e, 700.0)), lambda e: np.exp(np.clip(e, -700.0, 700.0))
    ),
    "logit": Link("logit", special.logit, special.expit, _expit_slope),
    "probit": Link("probit", stats.norm.ppf, stats.norm.cdf, lambda e: np.maximum(stats.norm.pdf(e), 1e-300)),
    "cloglog": Link(
        "cloglog",
        lambda m: np.log(-np.log1p(-m)),
        lambda e: -np.expm1(-np.exp(np.minimum(e, 700.0))),
        lambda e: np.maximum(np.exp(np.minimum(e, 700.0) - np.exp(np.minimum(e, 700.0))), 1e-300),
    ),
    "cauchit": Link("cauchit", stats.cauchy.ppf, stats.cauchy.cdf, stats.cauchy.pdf),
    "sqrt": Link("sqrt", np.sqrt, np.square, lambda e: 2 * e),
    "inverse": Link("inverse", lambda m: 1 / m, lambda e: 1 / e, lambda e: -1 / e**2),
}


def _binomial_deviance(y: Array, mu: Array) -> Array:
    return np.asarray(
        2
        * (
            special.xlogy(y, y)
            - special.xlogy(y, mu)
            + special.xlogy(1 - y, 1 - y)
            - special.xlogy(1 - y, 1 - mu)
        )
    )


def _poisson_deviance(y: Array, mu: Array) -> Array:
    return np.asarray(2 * (special.xlogy(y, y) - special.xlogy(y, mu) - (y - mu)))


_DEFAULTS = {"gaussian": "identity", "binomial": "logit", "poisson": "log", "quasi": "identity"}


def family(name: str, link: str | None = None) -> Family:
    """A family by name; quasibinomial and quasipoisson are the binomial and Poisson ones (same estimates)."""
    plain = {"quasibinomial": "binomial", "quasipoisson": "poisson"}.get(name, name)
    if plain not in _DEFAULTS:
        known = "gaussian, binomial, poisson, quasi, quasibinomial, quasipoisson"
        raise DesignError("design.unknown-option", option="family", value=name, choices=known)
    chosen = link or _DEFAULTS[plain]
    if chosen not in LINKS:
        raise DesignError("design.unknown-option", option="link", value=chosen, choices=", ".join(LINKS))
    used = LINKS[chosen]
    if plain == "binomial":
        return Family(
            plain,
            used,
            lambda m: m * (1 - m),
            _binomial_deviance,
            lambda y, w: (w * y + 0.5) / (w + 1),
            lambda y: bool(((y >= 0) & (y <= 1)).all()),
            lambda m: bool(((m > 0) & (m < 1)).all()),
        )
    if plain == "poisson":
        return Family(
            plain,
            used,
            lambda m: m,
            _poisson_deviance,
            lambda y, w: y + 0.1,
            lambda y: bool((y >= 0).all()),
            lambda m: bool((m > 0).all()),
        )
    return Family(
        plain, used, np.ones_like, lambda y, m: (y - m) ** 2, lambda y, w: y, lambda y: True, lambda m: True
    )
