"""What a change between two versions does to answers already collected, and what to do: `advice(code)`.

The sentence of the change itself is in `messages_flow.py`; a safe change needs no advice and has none.
"""

from __future__ import annotations

_NEW_NAME = (
    "Nếu cần thay đổi này, hãy đặt tên biến mới cho câu và giữ câu cũ cho số liệu đã thu.",
    "If the change is needed, give the question a new name and leave the old one to the answers already collected.",
)
_NOTE = (
    "Nếu giữ thay đổi, hãy phân tích riêng theo phiên bản hoặc ghi rõ trong báo cáo.",
    "If you keep the change, analyse by version or say so in the report.",
)

_ADVICE: dict[str, tuple[str, str]] = {
    "diff.renamed": (
        "Hãy trả lại tên cũ trong cột name; chỉ đổi nhãn nếu muốn đổi lời.",
        "Put the old name back in the column name; change the label only, if it is the words that should change.",
    ),
    "diff.removed": (
        "Nếu câu không còn cần, cứ bỏ; nếu chỉ muốn tạm ẩn, hãy giữ câu và đặt relevant là false().",
        "Leave it out if it is no longer needed; to hide it for now keep it with relevant false().",
    ),
    "diff.type": _NEW_NAME,
    "diff.choice-dropped": (
        "Hãy giữ lựa chọn này ở cuối danh sách, hoặc ẩn bằng choice_filter, để câu trả lời cũ vẫn đọc được.",
        "Keep the choice at the end of the list, or hide it with choice_filter, so that earlier answers can be read.",
    ),
    "diff.choice-label": (
        "Nếu chỉ sửa chính tả thì không sao; nếu nghĩa đã khác, hãy thêm một giá trị mới và giữ giá trị cũ.",
        "A corrected spelling is harmless; if the meaning differs, add a new value and keep the old one.",
    ),
    "diff.constraint-narrowed": (
        "Hãy nới lại ràng buộc, hoặc xem trước có bao nhiêu câu trả lời đã thu nằm ngoài giới hạn mới.",
        "Widen the constraint again, or look first at how many answers already collected lie outside.",
    ),
    "diff.constraint": _NOTE,
    "diff.wording": _NOTE,
    "diff.order": _NOTE,
    "diff.choice-order": _NOTE,
    "diff.relevant": (
        "Hãy tính kết quả của câu này riêng theo phiên bản: mẫu số đã khác.",
        "Compute this question by version: those asked are no longer the same.",
    ),
    "diff.calculation": (
        "Hãy tính lại giá trị cũ từ câu trả lời gốc khi phân tích.",
        "Recompute earlier values from the original answers when analysing.",
    ),
    "diff.filter": _NOTE,
    "diff.range": _NEW_NAME,
    "diff.column": _NOTE,
    "diff.experiment-removed": _NOTE,
    "diff.experiment-changed": (
        "Hãy khai một thử nghiệm mới với tên mới; không sửa thử nghiệm đang chạy.",
        "Declare a new experiment under a new name; don't change one that is running.",
    ),
}


def advice(code: str, language: str = "vi") -> str:
    """What to do about a change; '' where nothing needs doing. language: as in `messages.sentence`."""
    vi, en = _ADVICE.get(code, ("", ""))
    return vi if language == "vi" else en
