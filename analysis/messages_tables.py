"""Sentences of banners, multiple response and waves: code -> (Vietnamese, English)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "table.no-options": (
        "Câu hỏi nhiều lựa chọn {variable} không có lựa chọn nào.",
        "The multiple-response question {variable} has no options.",
    ),
    "table.options-length": (
        "Các lựa chọn của {variable} không cùng số dòng.",
        "The options of {variable} don't have the same number of rows.",
    ),
    "table.unknown-option": (
        "Dòng {row}: {variable} không có lựa chọn {option}.",
        "Row {row}: {variable} has no option {option}.",
    ),
    "table.net-unknown": (
        "Nhóm gộp {net} dùng phương án {part} không có trong câu hỏi.",
        "The net {net} uses an answer the question hasn't got: {part}.",
    ),
    "table.break-name": (
        "Không đặt tên cột phân tổ là {variable}: tên này dành cho cột chung.",
        "A break can't be called {variable}: the name is the total column's.",
    ),
    "table.question-twice": (
        "Câu hỏi {variable} xuất hiện hai lần trong bảng.",
        "The question {variable} stands twice in the banner.",
    ),
    "table.no-covariance": (
        "Thiết kế này không cho hiệp phương sai giữa các ô của {variable} nên không gộp được.",
        "This design gives no covariance between the cells of {variable}, so nets and means can't be made.",
    ),
    "table.no-letters": (
        "Thiết kế này không cho hiệp phương sai giữa các cột nên không có chữ cái so sánh.",
        "This design gives no covariance between columns, so there are no letters.",
    ),
    "table.too-many-patterns": (
        "Các nhóm chồng lên nhau theo {patterns} kiểu, quá {limit}: hãy bớt nhóm.",
        "The groups overlap in {patterns} patterns, more than {limit}: use fewer groups.",
    ),
    "wave.not-two": (
        "Cần đúng hai đợt để so sánh; cột {variable} có {waves}.",
        "Exactly two waves are needed to compare; column {variable} has {waves}.",
    ),
    "wave.other-terms": (
        "Hai đợt không có cùng phương án trả lời: {term} chỉ có ở một đợt.",
        "The two waves don't hold the same rows: {term} is in one of them only.",
    ),
    "wave.level": (
        "Hai kết quả dùng mức tin cậy khác nhau: {before} và {after}.",
        "The two results use different levels of confidence: {before} and {after}.",
    ),
    "wave.not-rounded": (
        "Số {value} không phải là số đã làm tròn đến {step} như đã công bố.",
        "The figure {value} isn't rounded to {step}, as published ones are.",
    ),
    "wave.column": (
        "Đợt {wave} không có cột {variable}.",
        "Wave {wave} has no column {variable}.",
    ),
}
