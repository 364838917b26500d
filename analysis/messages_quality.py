"""Sentences of `analysis.quality`: code -> (Vietnamese, English)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "quality.count-negative": (
        "Số trường hợp loại {disposition} phải là số không âm, không phải {value}.",
        "The number of cases of class {disposition} can't be {value}.",
    ),
    "quality.disposition-unknown": (
        "Mã kết quả {disposition} không có trong chuẩn AAPOR (ấn bản 9).",
        "The AAPOR Standard Definitions (9th edition) have no disposition {disposition}.",
    ),
    "quality.weights-with-counts": (
        "Trọng số chỉ dùng với danh sách từng trường hợp, không dùng với bảng đếm.",
        "Weights go with a list of cases, not with a table of counts.",
    ),
    "quality.weights-length": (
        "Có {cases} trường hợp nhưng {weights} trọng số.",
        "There are {cases} cases but {weights} weights.",
    ),
    "quality.no-keys": (
        "Chưa chọn biến nào mà người ngoài có thể biết.",
        "No variable was given that an outsider may know.",
    ),
    "quality.weights-below-one": (
        "Có {count} trọng số nhỏ hơn 1 hoặc bị thiếu; mỗi phiếu đại diện cho ít nhất chính người trả lời.",
        "{count} weights are missing or below 1; every interview stands at least for the person asked.",
    ),
    "quality.no-cases": (
        "Chưa có trường hợp nào để tính tỷ lệ.",
        "There are no cases to work out rates from.",
    ),
    "quality.eligibility": (
        "e phải là proportional, two-step hoặc một số từ 0 đến 1, không phải {value}.",
        "e must be proportional, two-step or a number from 0 to 1; got {value}.",
    ),
    "quality.level": (
        "Mức tin cậy phải nằm giữa 0 và 1, không phải {value}.",
        "The level must lie between 0 and 1; got {value}.",
    ),
    "quality.lengths": (
        "Có {answers} câu trả lời nhưng {labels} nhãn đi kèm.",
        "There are {answers} answers but {labels} labels beside them.",
    ),
    "quality.one-interviewer": (
        "Cần ít nhất hai điều tra viên để so sánh; chỉ có {interviewers}.",
        "At least two interviewers are needed to compare; there are {interviewers}.",
    ),
    "quality.single-interviews": (
        "Mỗi điều tra viên chỉ có một phỏng vấn nên không thể tách ảnh hưởng của họ.",
        "Every interviewer has a single interview, so their influence can't be told apart.",
    ),
    "quality.no-variation": (
        "Mọi câu trả lời đều giống nhau nên không có biến thiên để phân tích.",
        "All answers are the same, so there is no variation to analyse.",
    ),
    "quality.speed-limit": (
        "Ngưỡng tốc độ phải lớn hơn 1, không phải {value}.",
        "The speed limit must be above 1; got {value}.",
    ),
    "quality.no-times": ("Không phỏng vấn nào có thời lượng.", "No interview has a known duration."),
    "quality.grid-shape": (
        "Cần một bảng có mỗi dòng một phỏng vấn và ít nhất hai cột câu hỏi.",
        "A table is needed with a row for each interview and at least two columns of questions.",
    ),
    "quality.grid-least": (
        "Cần ít nhất 2 câu đã trả lời để xét, không phải {value}.",
        "At least 2 answered items are needed to judge; got {value}.",
    ),
    "quality.threshold": (
        "Ngưỡng giống nhau phải lớn hơn 0 và không quá 1, không phải {value}.",
        "The threshold must be above 0 and at most 1; got {value}.",
    ),
}
