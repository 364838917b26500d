"""Model formulas in R's notation, and the model matrices they make.

"y ~ a * b + I(x^2) + offset(log(t))": terms with +, -, *, :, ^ and brackets; categorical variables become treatment
contrasts with the first level as reference, coded in full where marginality asks for it, columns named as R does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.arrays import Array, Bools, Codes
from analysis.design import SampleDesign
from analysis.errors import DesignError
from analysis.estimation.expressions import Call, Name, Node, Number, Operation, evaluate, parse, written
from analysis.estimation.variables import _variable

Term = tuple[str, ...]


@dataclass(frozen=True)
class Formula:
    """response: expression or None; terms in R's order, each a tuple of expressions; offsets; intercept or not."""

    source: str
    response: Node | None
    terms: tuple[Term, ...]
    expressions: dict[str, Node]
    offsets: tuple[Node, ...]
    intercept: bool


def parse_formula(source: str) -> Formula:
    """The formula of a text; DesignError when it is none."""
    tree = parse(source)
    if not isinstance(tree, Operation) or tree.symbol != "~":
        raise DesignError("formula.no-tilde", formula=source)
    expressions: dict[str, Node] = {}
    offsets: list[Node] = []
    terms, intercept = _collect(tree.right, expressions, offsets, source)
    seen: list[Term] = []
    for term in terms:
        if not any(set(term) == set(s) for s in seen):
            seen.append(term)
    seen.sort(key=len)  # R orders terms by degree, keeping the order of appearance within
    return Formula(source, tree.left, tuple(seen), expressions, tuple(offsets), intercept)


def _collect(
    node: Node, expressions: dict[str, Node], offsets: list[Node], source: str
) -> tuple[list[Term], bool]:
    """Terms of a right-hand side and whether the intercept stays."""
    match node:
        case Number(1.0, _):
            return [], True
        case Number(0.0, _):
            return [], False
        case Operation("-", None, Number(1.0, _)):
            return [], False
        case Operation("+", None, right):
            return _collect(right, expressions, offsets, source)
        case Operation("+", left, right) if left is not None:
            a, keep_a = _collect(left, expressions, offsets, source)
            b, keep_b = _collect(right, expressions, offsets, source)
            zero = isinstance(right, Number) and right.value == 0
            one = isinstance(right, Number) and right.value == 1
            return a + b, False if zero else True if one else keep_a and keep_b
        case Operation("-", left, right) if left is not None:
            a, keep = _collect(left, expressions, offsets, source)
            if isinstance(right, Number):
                return a, keep if right.value == 0 else False
            b, _ = _collect(right, expressions, offsets, source)
            return [t for t in a if not any(set(t) == set(s) for s in b)], keep
        case Operation("*", left, right) if left is not None:
            a, _ = _collect(left, expressions, offsets, source)
            b, _ = _collect(right, expressions, offsets, source)
            return a + b + [_union(s, t) for s in a for t in b], True
        case Operation(":", left, right) if left is not None:
            a, _ = _collect(left, expressions, offsets, source)
            b, _ = _collect(right, expressions, offsets, source)
            return [_union(s, t) for s in a for t in b], True
        case Operation("/", left, right) if left is not None:
            a, _ = _collect(left, expressions, offsets, source)
            b, _ = _collect(right, expressions, offsets, source)
            inside: Term = tuple(dict.fromkeys(e for s in a for e in s))
            return a + [_union(inside, t) for t in b], True
        case Operation("^", left, Number(power, _)) if left is not None:
            a, _ = _collect(left, expressions, offsets, source)
            out = list(a)
            for _ in range(int(power) - 1):
                out += [_union(s, t) for s in out for t in a]
            return out, True
        case Call("(", (inner,)):
            return _collect(inner, expressions, offsets, source)
        case Call("offset", (inner,)):
            offsets.append(inner)
            return [], True
        case Name() | Call():
            text = written(node)
            expressions[text] = node
            return [(text,)], True
        case _:
            raise DesignError("formula.syntax", formula=source)


def _union(a: Term, b: Term) -> Term:
    return tuple(dict.fromkeys((*a, *b)))


@dataclass(frozen=True, eq=False)
class ModelMatrix:
    """columns (n, p) with NaN rows where anything is missing; names as in R; assign: term number of each column
    (0 intercept); terms: the names of the terms; missing: (n,) True where a predictor or offset is missing."""

    columns: Array
    names: tuple[str, ...]
    assign: tuple[int, ...]
    terms: tuple[str, ...]
    offset: Array
    missing: Bools


class Columns:
    """Columns of a design's frame by name, each read once."""

    def __init__(self, design: SampleDesign, replaced: dict[str, Any] | None = None):
        self.design, self.read = design, dict(replaced or {})

    def __call__(self, name: str) -> Any:
        if name not in self.read:
            found = _variable(self.design, name)
            self.read[name] = found if isinstance(found, Codes) else found.values
        return self.read[name]


def column_of(node: Node, columns: Columns, rows: int) -> Array | Codes:
    """One expression as a column; a comparison (wrapped in I or not) is a logical factor in a model matrix."""
    value = evaluate(node, columns)
    if isinstance(value, Codes):
        return value
    return np.broadcast_to(np.asarray(value, dtype=np.float64), (rows,))


def _is_logical(node: Node) -> bool:
    match node:
        case Call("I" | "(", (inner,)):
            return _is_logical(inner)
        case Operation(symbol, _, _):
            return symbol in ("==", "!=", "<", ">", "<=", ">=", "%in%", "&", "|", "!")
        case Call("is.na", _):
            return True
    return False


def model_matrix(
    formula: Formula, design: SampleDesign, columns: Columns | None = None, used: Bools | None = None
) -> ModelMatrix:
    """The matrix of a formula's right-hand side on every row of the design.

    used: (n,) rows of the model; levels of categorical variables nobody there has are kept, as R keeps them.
    """
    rows = design.rows
    columns = columns or Columns(design)
    parts: dict[str, tuple[Array, list[str]] | Array] = {}
    gone = np.zeros(rows, dtype=np.bool_)
    factors: dict[str, Codes] = {}
    for text, node in formula.expressions.items():
        value = column_of(node, columns, rows)
        if not isinstance(value, Codes) and _is_logical(node):
            truth = np.where(np.isnan(value), -1, np.nan_to_num(value)).astype(np.int64)
            value = Codes(truth, ("FALSE", "TRUE"), text)
        if isinstance(value, Codes):
            factors[text] = value
            gone |= value.missing
        else:
            if np.isinf(value[design.active]).any():
                raise DesignError("variable.infinite", variable=text, count=int(np.isinf(value).sum()))
            parts[text] = value
            gone |= ~np.isfinite(value)
    offset = np.zeros(rows)
    for node in formula.offsets:
        value = column_of(node, columns, rows)
        if isinstance(value, Codes):
            raise DesignError("variable.not-numeric", variable=written(node))
        offset = offset + value
        gone |= ~np.isfinite(value)
    blocks: list[Array] = [np.ones((rows, 1))] if formula.intercept else []
    names: list[str] = ["(Intercept)"] if formula.intercept else []
    assign = [0] if formula.intercept else []
    present: set[frozenset[str]] = {frozenset(t) for t in formula.terms} | (
        {frozenset()} if formula.intercept else set()
    )
    spanned: set[frozenset[str]] = set()
    for number, term in enumerate(formula.terms, start=1):
        made, labels = np.ones((rows, 1)), [""]
        for text in term:
            if text in factors:
                codes = factors[text]
                rest = frozenset(term) - {text}
                full = not (rest in present or rest in spanned)
                ones = codes.indicators()
                own = [f"{text}{level}" for level in codes.levels]
                if not full:
                    ones, own = ones[:, 1:], own[1:]
                if full and not rest:
                    spanned.add(frozenset())  # a fully coded factor stands in for the intercept
            else:
                ones, own = np.asarray(parts[text])[:, None], [text]
            made = np.concatenate([made * ones[:, [j]] for j in range(ones.shape[1])], axis=1)
            labels = [f"{a}:{b}" if a else b for b in own for a in labels]
        blocks.append(made)
        names += labels
        assign += [number] * len(labels)
    matrix = np.concatenate(blocks, axis=1) if blocks else np.zeros((rows, 0))
    return ModelMatrix(
        matrix, tuple(names), tuple(assign), tuple(":".join(t) for t in formula.terms), offset, gone
    )
