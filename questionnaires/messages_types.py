"""Sentences of the findings about one answer's form (`answer.*` codes of `types/`)."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, str]] = {
    "answer.unknown-choice": {
        "vi": "Câu trả lời không có trong danh sách lựa chọn.",
        "en": "The answer is not one of the choices.",
    },
    "answer.choice-twice": {
        "vi": "Một lựa chọn được ghi hai lần.",
        "en": "A choice is given twice.",
    },
    "answer.exclusive-with-others": {
        "vi": "Lựa chọn này không đi cùng lựa chọn khác. Hãy bỏ bớt.",
        "en": "This choice stands alone. Remove the others, or it.",
    },
    "answer.rank-incomplete": {
        "vi": "Hãy xếp thứ tự tất cả các lựa chọn.",
        "en": "Put every choice in order.",
    },
    "answer.not-integer": {
        "vi": "Hãy nhập số nguyên, tối đa 9 chữ số.",
        "en": "Enter a whole number of at most 9 digits.",
    },
    "answer.not-decimal": {"vi": "Hãy nhập một số.", "en": "Enter a number."},
    "answer.out-of-range": {
        "vi": "Số này nằm ngoài khoảng cho phép.",
        "en": "The number is outside the range.",
    },
    "answer.off-step": {
        "vi": "Số này không nằm trên vạch của thang.",
        "en": "The number is between the steps of the range.",
    },
    "answer.too-long": {
        "vi": "Câu trả lời quá dài.",
        "en": "The answer is too long.",
    },
    "answer.not-date": {
        "vi": "Hãy nhập ngày theo dạng ngày/tháng/năm.",
        "en": "Enter a date as day/month/year.",
    },
    "answer.not-time": {"vi": "Hãy nhập giờ theo dạng giờ:phút.", "en": "Enter a time as hours:minutes."},
    "answer.not-datetime": {
        "vi": "Hãy nhập cả ngày và giờ.",
        "en": "Enter both a date and a time.",
    },
    "answer.not-acknowledged": {
        "vi": "Hãy đánh dấu vào ô để tiếp tục.",
        "en": "Tick the box to go on.",
    },
    "answer.not-geopoint": {
        "vi": "Vị trí không hợp lệ: cần vĩ độ và kinh độ.",
        "en": "Not a valid place: latitude and longitude are needed.",
    },
    "answer.not-file-name": {
        "vi": "Tên tệp không hợp lệ.",
        "en": "Not a valid file name.",
    },
}
