"""The event log becomes times, changes and steps back, and never breaks."""

from __future__ import annotations

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from questionnaires import hurried, read_paradata
from questionnaires.paradata import LONGEST_GAP, PageTime, Paradata

LOG = [
    {"t": 0, "e": "open"},
    {"t": 100, "e": "page", "n": "p1"},
    {"t": 4_100, "e": "answer", "n": "a1", "v": 1},
    {"t": 6_100, "e": "answer", "n": "a1", "v": 1},
    {"t": 7_100, "e": "page", "n": "p2"},
    {"t": 9_100, "e": "hide"},
    {"t": 69_100, "e": "show"},
    {"t": 70_100, "e": "page", "n": "p1"},
    {"t": 71_100, "e": "page", "n": "p2"},
    {"t": 72_100, "e": "finish"},
]


def test_times_changes_steps_back_and_pauses() -> None:
    paradata, findings = read_paradata(LOG)
    assert findings == ()
    assert paradata == Paradata(
        seconds=12.1,
        pages=(PageTime("p1", 2, 8.0), PageTime("p2", 2, 4.0)),
        backtracks=2,
        changes={"a1": 1},
        pauses=60.0,
        order=("p1", "p2", "p1", "p2"),
        finished=True,
    )


def test_long_silence_is_a_pause() -> None:
    log = [{"t": 0, "e": "page", "n": "p"}, {"t": LONGEST_GAP + 1, "e": "finish"}]
    assert (read_paradata(log)[0].seconds, read_paradata(log)[0].pauses) == (0.0, (LONGEST_GAP + 1) / 1000)


def test_clock_set_back_adds_nothing_and_is_said() -> None:
    log = [
        {"t": 5_000, "e": "page", "n": "p"},
        {"t": 1_000, "e": "answer", "n": "a"},
        {"t": 2_000, "e": "finish"},
    ]
    paradata, findings = read_paradata(log)
    assert paradata.seconds == 1.0 and [f.code for f in findings] == ["paradata.clock"]


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["t", "e", "n", "v", "x"]), inner, max_size=4)
    ),
    max_leaves=6,
)
events = st.fixed_dictionaries(
    {
        "t": st.floats(0, 1e7) | anything,
        "e": st.sampled_from(["page", "answer", "hide", "show", "finish"]) | anything,
    },
    optional={"n": st.sampled_from(["a", "b", ""]) | anything},
)


@given(st.lists(events | anything, max_size=30))
def test_any_log_is_read(log: list[object]) -> None:
    paradata, findings = read_paradata(log)  # type: ignore[arg-type]
    assert paradata.seconds >= 0 and paradata.pauses >= 0
    assert sum(page.visits for page in paradata.pages) == len(paradata.order)
    assert sum(page.seconds for page in paradata.pages) <= paradata.seconds + 1e-6
    assert {f.code for f in findings} <= {"paradata.left-out", "paradata.clock"}


def test_hurried_interviews_stand_out_only_among_enough() -> None:
    usual = read_paradata(LOG)[0]
    quick = dataclasses.replace(usual, seconds=3.0)
    unfinished = dataclasses.replace(quick, finished=False)
    assert hurried([usual] * 11 + [quick, unfinished]) == (11,)
    assert hurried([usual] * 5 + [quick]) == ()
