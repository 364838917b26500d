"""Random expressions, answers and questionnaires for the agreement of the two evaluators.

Everything is drawn from a `random.Random`: Hypothesis gives one whose draws it controls (`st.randoms`).
"""

from __future__ import annotations

from random import Random
from typing import Any

from questionnaires.model import Choice, ChoiceList, Group, Question, Questionnaire, Repeat

_TEXTS = (
    '', '', '0', '1', '-1', '2',
    '7', '10', '3.75', '-0.5', '007', 'a',
    'b', 'a b', 'b  a c', 'Ầm ỹ', ' x ', '2024-02-29',
    '2020-01-01T08:30:00.000+07:00', '12:30', 'true', '1999-12-31T23:59', 'NaN', '1e3',
    '10.5 106.7 0 5', '0 0;0 1;1 1', '999999999999', '0.000001', 'đường 😀 làng', 'a\tb\n c',
    '-0',
)  # fmt: skip
ROOT_NAMES = ("a", "b", "c", "n", "d")
MEMBER_NAMES = ("x", "y")
#: One question outside and one inside the repeat are sometimes not relevant.
RELEVANT = {"d": "${a} != '1'", "y": "${x} != '2'"}
_OPERATORS = ("+", "-", "*", "div", "mod", "=", "!=", "<", "<=", ">", ">=", "and", "or", "=", "and")
_ONE = """string number boolean not int round abs floor ceiling string-length normalize-space sum count
    count-non-empty count-selected date date-time decimal-date-time decimal-time concat min max upper-case
    lower-case boolean-from-string base64-decode sqrt coalesce once area distance""".split()  # noqa: SIM905
_TWO = """selected selected-at contains starts-with ends-with substring-before substring-after substr
    substring coalesce min max join concat round geofence pow""".split()  # noqa: SIM905
#: Their last digit is the platform's (see questionnaires/decisions): drawn small, and rounded.
_REAL = ("exp", "log", "log10", "sin", "cos", "tan", "atan", "asin", "exp10")
_PATTERNS = (
    r"^[a-z]+$",
    r"^\d+$",
    r"^\w{1,3}$",
    r"^(a|b|1)*$",
    r"^.{0,4}$",
    r"^[^0-9]+$",
    r"^-?[0-9]+(\.[0-9]+)?$",
)
_DATES = ("%Y-%m-%d", "%d/%m/%y", "%e.%n %b %a", "%H:%M:%S.%3", "%h %q %%")
_DIGESTS = ("MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512")
_ANYWHERE = (
    "/data/hh/x", "/data/hh[x > 1]/y", "/data/hh[position() = 2]/x", "/data/hh[y = 'a']/x", "/data/hh[last()]/x",
    "today()", "now()", "true()", "pi()", "/data/hh[1]/y", "(/data/hh)[2]", "//x", "/data/*", "${hh}",
)  # fmt: skip
_INSIDE = ("position(..)", "..", "../x", "../../a", "current()/../y", "/data/hh[x = current()/../x]/y", ".")


def text(rng: Random) -> str:
    """An answer: of every kind that expressions treat differently, and noise."""
    kind = rng.randrange(8)
    if kind < 5:
        return rng.choice(_TEXTS)
    if kind == 5:
        return "".join(rng.choice("ab 01.-đ😀,") for _ in range(rng.randrange(7)))
    return str(rng.randint(-50, 50)) if kind == 6 else f"{rng.randint(-1000000, 1000000) / 1000:.3f}"


def expression(rng: Random, inside: bool, depth: int = 4) -> str:
    """inside: placed in the repeat `hh`, where `..` is the instance."""
    if depth == 0 or rng.randrange(6) == 0:
        return _leaf(rng, inside)

    def part() -> str:
        return expression(rng, inside, depth - 1)

    kind = rng.randrange(16)
    if kind < 5:
        return f"({part()} {rng.choice(_OPERATORS)} {part()})"
    if kind < 8:
        return f"{rng.choice(_ONE)}({part()})"
    if kind < 10:
        return f"{rng.choice(_TWO)}({part()}, {part()})"
    rare = rng.randrange(10)
    if rare == 0:
        return f"-({part()})"
    if rare < 3:
        return f"if({part()}, {part()}, {part()})"
    if rare == 3 and rng.randrange(2):
        return f"{rng.choice(['substr', 'substring'])}({part()}, {rng.randint(-4, 4)}, {rng.randint(-4, 9)})"
    if rare == 3:
        return f"{rng.choice(['substr', 'translate', 'substring'])}({part()}, {part()}, {part()})"
    if rare == 4:
        return f"{rng.choice(['checklist', 'weighted-checklist'])}({part()}, {part()}, {part()}, {part()})"
    if rare == 5:
        return f"regex({part()}, '{rng.choice(_PATTERNS)}')"
    if rare == 6:
        return f"format-date-time({part()}, '{rng.choice(_DATES)}')"
    if rare == 7:
        return f"indexed-repeat(${{x}}, ${{hh}}, {part()})"
    if rare == 8:
        return f"round({rng.choice(_REAL)}({part()} mod 9), 6)"
    return f"digest({part()}, '{rng.choice(_DIGESTS)}', 'hex')"


def _leaf(rng: Random, inside: bool) -> str:
    kind = rng.randrange(10)
    if kind < 4:
        return f"${{{rng.choice((*ROOT_NAMES, *MEMBER_NAMES))}}}"
    if kind < 6:
        return rng.choice((*_ANYWHERE, *_INSIDE) if inside else _ANYWHERE)
    if kind == 6:
        return rng.choice((*map(str, range(13)), "0.5", "3.14159", "2.675", "1000000", ".25"))
    found = text(rng)
    return f"'{found}'" if "'" not in found else f'"{found}"'


def answers(rng: Random) -> dict[str, Any]:
    """Answers of the form of the expression tests: five questions and a repeat of two."""
    found: dict[str, Any] = {name: text(rng) for name in ROOT_NAMES}
    found["hh"] = [{name: text(rng) for name in MEMBER_NAMES} for _ in range(rng.randint(1, 3))]
    return found


# questionnaires

_LISTS = {
    "yn": ChoiceList("yn", (Choice("1", {"vi": "Có", "en": "Yes"}), Choice("2", {"vi": "Không"}))),
    "many": ChoiceList(
        "many",
        tuple(
            Choice(str(n), {"vi": f"Số {n}"}, {"half": str(n % 2)}) for n in (1, 2, 3, 4, 5, 6, 97, 98, 99)
        ),
    ),
}


def questionnaire(rng: Random) -> Questionnaire:
    """Questions that read earlier ones, so that no cycle arises, in groups, pages and repeats."""
    builder = _Builder(rng)
    return Questionnaire("random", {"vi": "Ngẫu nhiên"}, builder.nodes(0, False), _LISTS, ("vi", "en"), "vi")


class _Builder:
    def __init__(self, rng: Random) -> None:
        self.rng, self.count = rng, 0
        self.known: list[str] = []

    def nodes(self, depth: int, in_repeat: bool) -> tuple[Question | Group | Repeat, ...]:
        before = len(self.known)
        made: list[Question | Group | Repeat] = []
        for _ in range(self.rng.randint(1, 4)):
            kind = self.rng.choice("qqqqqgr" if depth < 2 else "q")
            made.append(self.question() if kind == "q" else self.container(kind, depth, in_repeat))
        if in_repeat:
            # From outside, names of a repeat mean all instances: legal, and worth drawing, but only read-only.
            self.known = self.known[:before] + self.rng.choice([[], self.known[before:]])
        return tuple(made)

    def name(self) -> str:
        self.count += 1
        return f"q{self.count}"

    def condition(self) -> str:
        if not self.known or self.rng.randrange(2):
            return ""
        name = self.rng.choice(self.known)
        return self.rng.choice(
            (
                f"${{{name}}} = '1'",
                f"${{{name}}} != ''",
                f"selected(${{{name}}}, '2')",
                f"${{{name}}} > 1",
                f"count-selected(${{{name}}}) < 2 or ${{{name}}} = 7",
            )
        )

    def question(self) -> Question:
        name = self.name()
        kind = self.rng.choice(
            ["select_one", "select_multiple", "integer", "text", "decimal", "calculate", "note", "date"]
        )
        common = {"label": {"vi": f"Câu {name}"}, "relevant": self.condition()}
        if self.known and self.rng.randrange(2):
            common["label"] = {"vi": f"Câu {name} sau ${{{self.rng.choice(self.known)}}}"}
        if kind == "calculate":
            other = self.rng.choice(self.known) if self.known else ""
            text = f"concat(${{{other}}}, '-', count-selected(${{{other}}}))" if other else "1 + 1"
            made = Question(name, kind, calculation=text, relevant=common["relevant"])
        elif kind.startswith("select"):
            extra = {
                "dl::order": self.rng.choice(["", "randomize", "reverse_if(true())", "randomize keep=6"])
            }
            extra["dl::exclusive"] = self.rng.choice(["", "97,98,99"]) if kind == "select_multiple" else ""
            choice_filter = self.rng.choice(["", "half = '1' or name = '97'", "half != position() mod 2"])
            made = Question(
                name, kind, **common, list_name="many", choice_filter=choice_filter, extra=extra,
                required=self.rng.choice(["", "yes"]),
            )  # fmt: skip
        else:
            made = Question(
                name, kind, **common,
                required=self.rng.choice(["", "yes", "1 = 1"]),
                constraint=self.rng.choice(["", ". > 1", "string-length(.) < 4"]),
                constraint_message={"vi": "Sai"},
                default=self.rng.choice(["", "3", "concat('1', '2')"]) if kind != "note" else "",
                extra={"dl::warning": self.rng.choice(["", ". != 5"]), "dl::warning_message::vi": "Chắc?"},
            )  # fmt: skip
        if kind != "note":
            self.known.append(name)
        return made

    def container(self, kind: str, depth: int, in_repeat: bool) -> Group | Repeat:
        name, relevant = self.name(), self.condition()
        appearance = self.rng.choice(["", "field-list"])
        children = self.nodes(depth + 1, in_repeat or kind == "r")
        if kind == "g":
            extra = {"dl::order": self.rng.choice(["", "randomize"])}
            return Group(name, {"vi": f"Nhóm {name}"}, relevant, appearance, children, extra)
        count = self.rng.choice(["", "2", "1 + 2"])
        return Repeat(name, {"vi": f"Lặp {name}"}, relevant, appearance, count, children)
