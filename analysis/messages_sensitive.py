"""Sentences of `analysis.sensitive`: code -> (Vietnamese, English)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "sensitive.items": (
        "Số mục vô hại của danh sách phải là số nguyên từ 1, không phải {value}.",
        "The number of harmless items must be a whole number from 1; got {value}.",
    ),
    "sensitive.arm-values": (
        "Cột nhóm thí nghiệm chỉ được có 1 (có mục nhạy cảm) và 0 (đối chứng).",
        "The treatment column may hold only 1 (with the sensitive item) and 0 (control).",
    ),
    "sensitive.impossible-count": (
        "{count} câu trả lời của {variable} không thể có với danh sách {items} mục (thêm 1 ở nhóm thí nghiệm).",
        "{count} answers to {variable} are impossible for a list of {items} items (one more in treatment).",
    ),
    "sensitive.empty-arm": (
        "Nhóm {arm} không có ai trả lời.",
        "Nobody answered in the {arm} arm.",
    ),
    "sensitive.domain-arm": (
        "Trong miền {domain} chỉ có một nhóm thí nghiệm: không thể so sánh.",
        "The domain {domain} has only one arm: there is nothing to compare.",
    ),
    "sensitive.outside": (
        "Ước lượng nằm ngoài 0–100 %: do sai số ngẫu nhiên hoặc cách hỏi có vấn đề.",
        "The estimate lies outside 0 to 100 %: chance, or a fault of the device.",
    ),
    "sensitive.probability": (
        "{variable} phải là xác suất từ 0 đến 1, không phải {value}.",
        "{variable} must be a probability from 0 to 1; got {value}.",
    ),
    "sensitive.probabilities": (
        "Xác suất buộc nói có và buộc nói không cộng lại là {value}, quá 1.",
        "The probabilities of a forced yes and a forced no add up to {value}, more than 1.",
    ),
    "sensitive.same-probabilities": (
        "Hai nhóm dùng cùng xác suất {value} nên không tách được câu hỏi nhạy cảm.",
        "Both arms use the probability {value}, so the sensitive question can't be told apart.",
    ),
    "sensitive.two-arms": (
        "Cần đúng hai nhóm; có {levels}.",
        "Exactly two arms are needed; there are {levels}.",
    ),
    "sensitive.tells-nothing": (
        "Với xác suất này câu trả lời không cho biết gì về điều nhạy cảm (p = 1/2 hoặc không bao giờ hỏi).",
        "With these probabilities the answers tell nothing of the sensitive matter (p = 1/2, or never asked).",
    ),
    "sensitive.not-yes-no": (
        "{variable} phải là có hoặc không; gặp {value}.",
        "{variable} must be yes or no; found {value}.",
    ),
}
