"""Sentences of the disclosure audit: code -> (Vietnamese, English)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "disclosure.base": (
        "Nhóm này chỉ có {n} người trả lời; cần ít nhất {least}.",
        "This group has only {n} answers; at least {least} are needed.",
    ),
    "disclosure.effective-base": (
        "Cỡ mẫu hiệu quả chỉ là {n}; cần ít nhất {least}.",
        "The effective base is only {n}; at least {least} is needed.",
    ),
    "disclosure.df": (
        "Nhóm này chỉ có {df} bậc tự do theo thiết kế mẫu; cần ít nhất {least}.",
        "This group has only {df} design degrees of freedom; at least {least} are needed.",
    ),
    "disclosure.width": (
        "Khoảng tin cậy rộng tới {width} điểm; tối đa là {most} điểm.",
        "The interval is up to {width} points wide; the most is {most} points.",
    ),
    "disclosure.no-interval": (
        "Con số này không có khoảng tin cậy nên không được công bố.",
        "This figure has no interval, so it can't be released.",
    ),
    "disclosure.extreme": (
        "Tỷ lệ này sẽ hiện là {share} %: mọi người trong nhóm sẽ lộ câu trả lời; cần gộp hoặc ẩn.",
        "This share would show {share} %, which tells everybody's answer; it must be merged or hidden.",
    ),
    "disclosure.count": (
        "Dưới {least} người trả lời như vậy; cần gộp hoặc ẩn.",
        "Fewer than {least} people answered so; it must be merged or hidden.",
    ),
    "disclosure.differencing": (
        "Hai nhóm được công bố chỉ khác nhau {difference} người: {left} và {right}; lấy hiệu sẽ lộ số ít "
        "người đó.",
        "Two released groups differ by only {difference} people: {left} and {right}; subtracting would "
        "expose these few.",
    ),
    "disclosure.differencing-earlier": (
        "Nhóm {left} chỉ khác {difference} người so với nhóm đã công bố trước đây: {right}.",
        "The group {left} differs by only {difference} people from one released before: {right}.",
    ),
    "disclosure.hidden-range": (
        "Tỷ lệ bị ẩn vẫn suy ra được là từ {low} đến {high} %; khoảng này phải rộng ít nhất {least} điểm.",
        "The hidden share can still be worked out as {low} to {high} %; that range must be at least {least} "
        "points.",
    ),
}
