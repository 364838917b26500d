"""Scripted interviews: what each shows is written out here, and the phone's Interview shows the same."""

from __future__ import annotations

import json

import pytest

from questionnaires.compiled import Compiled, compile_questionnaire
from questionnaires.model import Choice, ChoiceList, Group, Question, Questionnaire, Repeat
from tests.conformance import javascript_engine, scripts

LISTS = {
    "yn": ChoiceList("yn", (Choice("1", {"vi": "Có", "en": "Yes"}), Choice("2", {"vi": "Không"}))),
    "province": ChoiceList("province", (Choice("22", {"vi": "Quảng Ninh"}), Choice("01", {"vi": "Hà Nội"}))),
    "commune": ChoiceList(
        "commune",
        (
            Choice("a", {"vi": "Bãi Cháy"}, {"in": "22", "size": "40"}),
            Choice("b", {"vi": "Cô Tô"}, {"in": "22", "size": "6"}),
            Choice("c", {"vi": "Ba Đình"}, {"in": "01", "size": "90"}),
        ),
    ),
    "rate": ChoiceList("rate", tuple(Choice(v, {"vi": f"Mức {v}"}) for v in ("1", "2", "3", "98", "99"))),
}


def compiled(*children, data=None) -> Compiled:
    form = Questionnaire("script", {"vi": "Kịch bản"}, children, LISTS, ("vi", "en"), "vi", "7")
    result = compile_questionnaire(form, data)
    assert result.compiled is not None, result.findings
    return result.compiled


@pytest.fixture(scope="module")
def javascript():
    try:
        with javascript_engine.engine() as run:
            yield run
    except javascript_engine.NoEngine as problem:
        pytest.skip(f"needs Node or Chromium: {problem}")


@pytest.fixture
def play(javascript):
    """Run a script through both; snapshots with `question(step, name)` at hand."""

    def run(form: Compiled, *steps, **given):
        script = scripts.Script(form, steps, **given)
        seen = scripts.run(script)
        assert javascript([script.for_javascript()]) == [seen]
        return _Seen(seen)

    return run


class _Seen(list):
    def question(self, step: int, name: str) -> dict:
        found = [q for page in self[step]["pages"] for q in page["questions"] if q["name"] == name]
        assert len(found) == 1, name
        return found[0]

    def values(self, step: int, name: str) -> list[str]:
        return [choice["value"] for choice in self.question(step, name)["choices"]]


def test_cascading_lists_and_lookups(play):
    form = compiled(
        Question("p", "select_one", {"vi": "Tỉnh"}, list_name="province"),
        Question(
            "c",
            "select_one",
            {"vi": "Xã của ${p}"},
            list_name="commune",
            choice_filter="in = ${p} and size > 1",
        ),
        Question("name", "calculate", calculation="jr:choice-name(${c}, '${c}')"),
        Question("size", "calculate", calculation="instance('commune')/root/item[name = ${c}]/size"),
        Question("all", "calculate", calculation="sum(instance('commune')/root/item[in = ${p}]/size)"),
        Question(
            "label", "calculate", calculation="jr:itext(instance('commune')/root/item[name = ${c}]/itextId)"
        ),
    )
    seen = play(form, ("set", "p", "22"), ("set", "c", "b"), ("set", "p", "01"))
    assert seen.values(0, "c") == []
    assert seen.values(1, "c") == ["a", "b"]
    assert seen[2]["values"] == {
        "p": "22",
        "c": "b",
        "name": "Cô Tô",
        "size": "6",
        "all": "46",
        "label": "Cô Tô",
    }
    assert [f["code"] for f in seen.question(3, "c")["findings"]] == ["answer.unknown-choice"]
    assert seen.question(3, "c")["label"] == "Xã của 01"


def test_tables_that_come_with_the_questionnaire(play):
    form = compiled(
        Question(
            "q",
            "select_one",
            {"vi": "Q"},
            list_name="goods.csv",
            parameters={"value": "code", "label": "ten"},
        ),
        Question("price", "calculate", calculation="pulldata('goods', 'price', 'code', ${q})"),
        Question("none", "calculate", calculation="pulldata('goods', 'price', 'code', 'zz')"),
        data={
            "goods": [{"code": "g1", "ten": "Gạo", "price": "20"}, {"code": "g2", "ten": "Cá", "price": "90"}]
        },
    )
    seen = play(form, ("set", "q", "g2"))
    assert [(c["value"], c["label"]) for c in seen.question(0, "q")["choices"]] == [
        ("g1", "Gạo"),
        ("g2", "Cá"),
    ]
    assert seen[1]["values"] == {"q": "g2", "price": "90"}


def test_counted_repeat_keeps_what_it_hides(play):
    form = compiled(
        Question("n", "integer", {"vi": "Số người"}),
        Repeat(
            "hh",
            {"vi": "Người"},
            repeat_count="${n}",
            children=(
                Question("name", "text", {"vi": "Tên người ${no}"}),
                Question("no", "calculate", calculation="position(..)"),
            ),
        ),
        Question("names", "calculate", calculation="join(', ', ${name})"),
    )
    seen = play(
        form,
        ("set", "n", "2"),
        ("set", "hh[2]/name", "Hoa"),
        ("set", "n", "1"),
        ("set", "n", "3"),
        ("set", "n", "-4"),
    )
    assert [page["name"] for page in seen[1]["pages"]] == ["n", "hh[1]/name", "hh[2]/name"]
    assert seen.question(2, "hh[2]/name")["label"] == "Tên người 2"
    assert seen[3]["values"] == {"n": "1", "hh": [{"no": "1"}]}
    assert seen[3]["irrelevant"] == {"hh[2]/name": "Hoa"}
    assert seen[4]["values"]["names"] == ", Hoa, "
    assert [page["name"] for page in seen[5]["pages"]] == ["n"]


def test_a_count_may_ask_whether_there_is_another(play):
    form = compiled(
        Repeat(
            "visit",
            {"vi": "Lần"},
            repeat_count="if(count(/data/visit) = 0, 1, count(/data/visit) + "
            "if(indexed-repeat(${more}, ${visit}, count(/data/visit)) = '1', 1, 0))",
            children=(Question("more", "select_one", {"vi": "Nữa?"}, list_name="yn"),),
        ),
        Question("n", "calculate", calculation="count(${visit})"),
    )
    seen = play(
        form, ("set", "visit[1]/more", "1"), ("set", "visit[2]/more", "1"), ("set", "visit[3]/more", "2")
    )
    assert [snapshot["values"]["n"] for snapshot in seen] == ["1", "2", "3", "3"]


def test_open_and_nested_repeats(play):
    form = compiled(
        Repeat(
            "plot",
            {"vi": "Thửa"},
            appearance="field-list",
            children=(
                Question("area", "decimal", {"vi": "Diện tích"}, default="1"),
                Repeat("crop", {"vi": "Cây"}, children=(Question("kg", "integer", {"vi": "Kg"}),)),
            ),
        ),
        Question("total", "calculate", calculation="sum(${kg}) div sum(${area})"),
    )
    seen = play(
        form, ("add", "plot"), ("add", "plot"), ("add", "plot[2]/crop"), ("set", "plot[2]/crop[1]/kg", "30"),
        ("set", "plot[1]/area", "2"), ("remove", "plot[1]"),
    )  # fmt: skip
    assert [(page["name"], page["kind"]) for page in seen[0]["pages"]] == [("plot", "repeat")]
    assert [page["name"] for page in seen[2]["pages"]] == ["plot[1]", "plot[2]", "plot"]
    assert [q["name"] for q in seen[3]["pages"][1]["questions"]] == ["plot[2]/area", "plot[2]/crop[1]/kg"]
    assert seen[5]["values"] == {
        "plot": [{"area": "2"}, {"area": "1", "crop": [{"kg": "30"}]}],
        "total": "10",
    }
    assert seen[6]["values"] == {"plot": [{"area": "1", "crop": [{"kg": "30"}]}], "total": "30"}


def test_orders_of_choices_rows_and_blocks(play):
    grid = tuple(Question(f"r{n}", "select_one", {"vi": f"Dòng {n}"}, list_name="rate") for n in range(1, 5))
    form = compiled(
        Question("dir", "hidden"),
        Question("swap", "hidden"),
        Question("s", "select_one", {"vi": "S"}, list_name="rate", extra={"dl::order": "reverse_if(${dir} = '2')"}),
        Question("r", "select_one", {"vi": "R"}, list_name="rate", extra={"dl::order": "randomize keep=98,99"}),
        Question("k", "select_one", {"vi": "K"}, list_name="rate", parameters={"randomize": "true", "seed": "42"}),
        Question(
            "w", "select_one", {"vi": "(1) A (2) B"}, list_name="rate",
            extra={"dl::order": "swap_if(${swap} = '2')", "dl::label_swapped::vi": "(1) B (2) A"},
        ),
        Group("grid", {"vi": "Bảng"}, appearance="field-list", children=grid, extra={"dl::order": "randomize"}),
        Group(
            "blocks",
            extra={"dl::order": "randomize keep=b3"},
            children=tuple(
                Group(f"b{n}", {}, appearance="field-list", children=(Question(f"m{n}", "text", {"vi": "M"}),))
                for n in range(1, 4)
            ),
        ),
    )  # fmt: skip
    plain = play(form, preloaded={"dir": "1", "swap": "1"}, seed="x")
    assert plain.values(0, "s") == ["1", "2", "3", "98", "99"]
    assert plain.question(0, "w")["label"] == "(1) A (2) B"
    turned = play(form, preloaded={"dir": "2", "swap": "2"}, seed="x")
    assert turned.values(0, "s") == ["3", "2", "1", "98", "99"]
    assert turned.question(0, "w")["label"] == "(1) B (2) A"
    assert turned.values(0, "w") == ["3", "2", "1", "98", "99"]
    assert turned.values(0, "r")[3:] == ["98", "99"]
    assert turned.values(0, "r") == plain.values(0, "r")
    orders = {json.dumps(play(form, preloaded={"dir": "1"}, seed=str(n))[0]["orders"]) for n in range(6)}
    assert len(orders) > 3
    for n in range(4):
        seen = play(form, seed=str(n))
        names = [page["name"] for page in seen[0]["pages"]]
        assert sorted(names[-3:-1]) == ["b1", "b2"]
        assert names[-1] == "b3"
        grid_page = next(page for page in seen[0]["pages"] if page["name"] == "grid")
        assert " ".join(q["name"] for q in grid_page["questions"]) == seen[0]["orders"]["grid"]
        assert seen.values(0, "k") == play(form, seed="other").values(0, "k")


def test_soft_warnings_triggers_once_and_defaults(play):
    form = compiled(
        Question(
            "age", "integer", {"vi": "Tuổi"}, constraint=". < 130", constraint_message={"vi": "Quá lớn: ${age}"},
            extra={"dl::warning": ". < 100", "dl::warning_message::vi": "Hơn 100?"}, default="concat('2', '0')",
        ),
        Question("first", "calculate", calculation="once(${age})"),
        Question("kept", "calculate", calculation="${age} * 2", extra={"trigger": "${tick}"}),
        Question("tick", "acknowledge", {"vi": "Tính"}),
        Question("began", "today"),
        Question("ended", "end"),
    )  # fmt: skip
    seen = play(form, ("set", "age", "101"), ("set", "tick", "OK"), ("set", "age", "500"))
    assert seen[0]["values"] == {"age": "20", "first": "20", "began": "2026-05-02"}
    assert [(f["severity"], f["params"]) for f in seen[1]["findings"]] == [
        ("warning", {"message": "Hơn 100?"})
    ]
    assert seen[2]["values"]["kept"] == "202"
    assert seen[3]["values"] == {
        "age": "500",
        "first": "20",
        "kept": "202",
        "tick": "OK",
        "began": "2026-05-02",
    }
    assert [f["params"] for f in seen[3]["findings"]] == [{"message": "Quá lớn: 500"}]


def test_answers_are_piped_into_choices(play):
    people = ChoiceList(
        "people", (Choice("1", {"vi": "${n1} (bạn)", "en": "${n1} (you)"}), Choice("2", {"vi": "Khác"}))
    )
    form = Questionnaire(
        "f",
        {},
        (
            Question("n1", "text", {"vi": "Tên"}),
            Question("who", "select_one", {"vi": "Ai?"}, list_name="people"),
            Question("said", "calculate", calculation="jr:choice-name(${who}, '${who}')"),
        ),
        {"people": people},
        ("vi", "en"),
        "vi",
    )
    result = compile_questionnaire(form)
    assert result.compiled is not None, result.findings
    seen = play(result.compiled, ("set", "n1", "Lan"), ("set", "who", "1"), language="en")
    assert [choice["label"] for choice in seen.question(2, "who")["choices"]] == ["Lan (you)", "Khác"]
    assert seen[2]["values"]["said"] == "Lan (you)"


def test_a_broken_name_in_a_choice_is_found():
    broken = {"l": ChoiceList("l", (Choice("1", {"vi": "${nobody}"}, {}, 7),))}
    result = compile_questionnaire(
        Questionnaire("f", {}, (Question("q", "select_one", list_name="l"),), broken)
    )
    assert [(f.code, f.where.sheet, f.where.row) for f in result.findings] == [
        ("logic.unknown-name", "choices", 7)
    ]


def test_defaults_read_earlier_defaults(play):
    form = compiled(
        Question("a", "integer", {"vi": "A"}, default="5"),
        Question("b", "integer", {"vi": "B"}, default="${a} + 1"),
        Question("c", "integer", {"vi": "C"}, default="${b} * 2"),
        Repeat(
            "r",
            {"vi": "R"},
            children=(
                Question("d", "integer", {"vi": "D"}, default="${c} + position(..)"),
                Question("e", "integer", {"vi": "E"}, default="${d} + 1"),
            ),
        ),
    )
    seen = play(
        form, ("set", "a", "100"), ("add", "r"), ("set", "r[1]/d", ""), ("add", "r"), answers={"b": ""}
    )
    assert seen[0]["values"] == {"a": "5"}
    assert play(form)[0]["values"] == {"a": "5", "b": "6", "c": "12"}
    assert play(form, ("add", "r"), ("add", "r"))[2]["values"]["r"] == [
        {"d": "13", "e": "14"},
        {"d": "14", "e": "15"},
    ]


def test_text_is_kept_in_one_form(play):
    form = compiled(
        Question("t", "text", {"vi": "T"}), Question("n", "calculate", calculation="string-length(${t})")
    )
    seen = play(form, ("set", "t", "e\u0302\x00"), ("set", "t", "a\ud83d"), ("set", "t", "😀"))
    assert [snapshot["values"] for snapshot in seen[1:]] == [
        {"t": "ê", "n": "1"},
        {"t": "a\ufffd", "n": "2"},
        {"t": "😀", "n": "1"},
    ]


def test_a_long_form_is_computed_in_order(play):
    rows = [Question("q1", "integer", {"vi": "1"})]
    rows += [
        Question(f"q{n}", "integer", {"vi": str(n)}, relevant=f"${{q{n - 1}}} = 1") for n in range(2, 460)
    ]
    form = compiled(
        Question("q0", "integer", {"vi": "0"}),
        Group("all", {}, "${q0} = 1 and ${sum} != 3", "field-list", tuple(rows)),
        Question("sum", "calculate", calculation="${q0} + 1"),
    )
    given = {f"q{n}": "1" for n in range(1, 460)}
    seen = play(form, ("set", "q0", "1"), ("set", "q0", "2"), ("set", "q0", ""), answers=given)
    assert [len(snapshot["values"]) for snapshot in seen] == [0, 461, 2, 0]


def test_the_other_language_and_its_gaps(play):
    form = compiled(Question("q", "select_one", {"vi": "Hỏi", "en": "Ask"}, {"vi": "Gợi ý"}, "yn"))
    seen = play(form, language="en")
    shown = seen.question(0, "q")
    assert (shown["label"], shown["hint"]) == ("Ask", "Gợi ý")
    assert [choice["label"] for choice in shown["choices"]] == ["Yes", "Không"]


def test_every_type_judges_alike(play):
    given = {
        "integer": ["1", "-7", "1.5", "1234567890", "٣", " 1"],
        "decimal": ["1.5", ".5", "1.", "1e3", "-2"],
        "range": ["1", "2.5", "11", "x", "10"],
        "text": ["a", "x" * 10001],
        "date": ["2024-02-29", "2023-02-29", "2024-2-1", "29/02/2024"],
        "time": ["08:30", "24:00", "08:30:15.250+07:00", "8:30"],
        "dateTime": ["2024-02-29T08:30:00.000+07:00", "2024-02-30T08:30", "2024-02-29 08:30"],
        "acknowledge": ["OK", "yes"],
        "geopoint": ["10.5 106.7 0 5", "10.5", "91 0", "a b"],
        "image": ["a.jpg", "a/b.jpg"],
        "barcode": ["123"],
        "note": [],
    }
    form = compiled(
        *(Question(f"q_{kind}", kind, {"vi": kind}) for kind in given),
        Question("q_rank", "rank", {"vi": "Xếp"}, list_name="rate"),
        Question(
            "q_many", "select_multiple", {"vi": "Nhiều"}, list_name="rate", extra={"dl::exclusive": "98 99"}
        ),
    )
    steps = [("set", f"q_{kind}", value) for kind, values in given.items() for value in values]
    steps += [("set", "q_rank", value) for value in ("1 2", "3 2 1 98 99", "1 1 2 3 98", "9")]
    steps += [("set", "q_many", value) for value in ("1 2", "98", "1 98", "1 1", "7")]
    seen = play(form, *steps)
    codes = {
        step[1:]: [f["code"] for f in seen.question(n, step[1])["findings"]]
        for n, step in enumerate(steps, 1)
    }
    assert codes[("q_integer", "1.5")] == ["answer.not-integer"]
    assert codes[("q_date", "2023-02-29")] == ["answer.not-date"]
    assert codes[("q_date", "2024-02-29")] == []
    assert codes[("q_rank", "1 2")] == ["answer.rank-incomplete"]
    assert codes[("q_many", "1 98")] == ["answer.exclusive-with-others"]
    assert codes[("q_range", "11")] == ["answer.out-of-range"]
    assert codes[("q_range", "2.5")] == ["answer.off-step"]
    assert sum(bool(found) for found in codes.values()) > 20


def test_items_of_a_list_experiment_stand_in_an_order_of_each_respondents_own(play):
    label = {
        "vi": "Bao nhiêu việc?\n• Một\n• Hai\n• Ba\n• Bốn\n• Năm",
        "en": "How many?\n• One\n• Two\n• Three\n• Four\n• Five",
    }
    form = compiled(Question("f", "integer", label, extra={"dl::order": "randomize_items"}))
    orders = []
    for seed in ("a", "b", "c", "d", "e", "f"):
        seen = {language: play(form, seed=seed, language=language) for language in ("vi", "en")}
        (order,) = {s[0]["orders"]["f"] for s in seen.values()}
        orders.append(order)
        for language, shown in seen.items():
            head, *items = label[language].split("\n")
            expected = [head, *(items[int(place) - 1] for place in order.split())]
            assert shown.question(0, "f")["label"] == "\n".join(expected)
        assert play(form, seed=seed)[0]["orders"]["f"] == order
    assert len(set(orders)) > 3
    assert {order.split().index("5") for order in orders} != {4}, "no item stands last always"
