"""A closed survey that asks a sensitive question behind a device: crosswise in two arms, forced response in one."""

from __future__ import annotations

import numpy as np

from tests.support.answered import BOOK, Answered, Answers, answered_survey

TRUTH = 0.3
P = {"a": 0.2, "b": 0.85}
ROWS = """| | hidden | cross | | | | hidden | | |
| | begin group | s_h | H. Câu hỏi riêng tư | H. Private questions | | | | |
| | select_one same | cx_a | Sinh nhật mẹ vào tháng 1-3? Đã đưa tiền ngoài quy định? | Mother born in January to March? Paid a bribe? | ${cross} = 'a' | | | |
| | select_one same | cx_b | Sinh nhật mẹ không phải tháng 1-3? Đã đưa tiền ngoài quy định? | Mother not born in January to March? Paid a bribe? | ${cross} = 'b' | | | |
| | select_one truth | die | Gieo xúc xắc rồi trả lời | Throw the die, then answer | | | | |
| | end group | | | | | | | |
| | begin group | s_k |"""
CHOICES = """| | same | s | Giống nhau | The same |
| | same | d | Khác nhau | Different |
| | same | 99 | Từ chối | Refused |
| | truth | 1 | Có | Yes |
| | truth | 2 | Không | No |
| experiments |"""
EXPERIMENTS = """| | cross | crosswise | a | cx_a | p='0,2' yes=s item='Đã đưa tiền ngoài quy định' item_en='Paid a bribe' |
| | cross | crosswise | b | cx_b | p=0.85 |
| | dice | randomised_response | all | die | say_yes=0.1667 say_no=0.1667 |
| settings |"""


def hidden_book() -> str:
    made = BOOK.replace("| | begin group | s_k |", ROWS, 1).replace("| experiments |", CHOICES, 1)
    return made.replace("| settings |", EXPERIMENTS, 1)


def hidden_survey() -> Answered:
    """TRUTH of the people have paid; the devices work as declared; a few refuse the crosswise question."""
    rng = np.random.default_rng(20)

    def change(_place: int, given: Answers) -> None:
        arm, paid = str(rng.choice(["a", "b"])), rng.random() < TRUTH
        given["cross"] = arm
        same = paid == (rng.random() < P[arm])
        given[f"cx_{arm}"] = "99" if rng.random() < 0.03 else "s" if same else "d"
        face = int(rng.integers(1, 7))
        given["die"] = "1" if face == 1 else "2" if face == 6 else "1" if paid else "2"

    return answered_survey(book=hidden_book(), households=60, change=change)
