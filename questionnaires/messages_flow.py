# ruff: noqa: E501 - a catalogue of sentences
"""Sentences about versions, merged tables and simulated walks, event logs (`diff.*`, `merge.*`,
`simulate.*`, `paradata.*`)."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, str]] = {
    "diff.added": {"vi": "Thêm câu “{name}”.", "en": "Question “{name}” was added."},
    "diff.removed": {
        "vi": "Bỏ câu “{name}”. Số liệu đã thu vẫn giữ, nhưng các phiếu mới không có câu này.",
        "en": "Question “{name}” was removed. Its answers stay, but new interviews have none.",
    },
    "diff.renamed": {
        "vi": "Câu “{old}” đổi tên thành “{name}”: số liệu cũ và mới nằm ở hai cột khác nhau. Hãy giữ tên cũ.",
        "en": "Question “{old}” was renamed “{name}”: old and new answers stand in different columns. Keep the old name.",
    },
    "diff.order": {
        "vi": "Thứ tự câu hỏi thay đổi; câu trước có thể ảnh hưởng đến câu sau.",
        "en": "The order of questions changed; earlier questions may colour later answers.",
    },
    "diff.type": {
        "vi": "Câu “{name}” đổi kiểu từ {old} sang {new}. Nếu cần kiểu mới, hãy đặt tên biến mới.",
        "en": "Question “{name}” changed type from {old} to {new}. If the new type is needed, use a new name.",
    },
    "diff.wording": {
        "vi": "Lời của câu “{name}” thay đổi ({column}, {language}). Kết quả hai lời hỏi có thể không so sánh được.",
        "en": "The wording of “{name}” changed ({column}, {language}). Answers to the two wordings may not compare.",
    },
    "diff.choice-dropped": {
        "vi": "Câu “{name}” bỏ lựa chọn {value} ({label}) mà người đã trả lời có thể đã chọn.",
        "en": "“{name}” lost the choice {value} ({label}), which earlier respondents may have chosen.",
    },
    "diff.choice-added": {
        "vi": "Câu “{name}” thêm lựa chọn {value} ({label}).",
        "en": "“{name}” gained the choice {value} ({label}).",
    },
    "diff.choice-label": {
        "vi": "Lựa chọn {value} của câu “{name}” đổi nhãn từ “{old}” thành “{new}”.",
        "en": "Choice {value} of “{name}” changed its label from “{old}” to “{new}”.",
    },
    "diff.choice-order": {
        "vi": "Thứ tự lựa chọn của câu “{name}” thay đổi.",
        "en": "The order of choices of “{name}” changed.",
    },
    "diff.constraint": {
        "vi": "Ràng buộc của câu “{name}” đổi từ {old} thành {new}; chưa rõ chặt hơn hay lỏng hơn.",
        "en": "The constraint of “{name}” changed from {old} to {new}; whether it is narrower can't be told.",
    },
    "diff.constraint-narrowed": {
        "vi": "Ràng buộc của câu “{name}” chặt hơn ({old} → {new}): câu trả lời đã thu có thể không còn hợp lệ.",
        "en": "The constraint of “{name}” is narrower ({old} → {new}): answers already collected may not fit.",
    },
    "diff.constraint-widened": {
        "vi": "Ràng buộc của câu “{name}” lỏng hơn ({old} → {new}).",
        "en": "The constraint of “{name}” is wider ({old} → {new}).",
    },
    "diff.relevant": {
        "vi": "Điều kiện hỏi câu “{name}” đổi từ {old} thành {new}: nhóm được hỏi không còn như cũ.",
        "en": "“{name}” is asked under another condition ({old} → {new}): its base changed.",
    },
    "diff.calculation": {
        "vi": "Công thức của “{name}” thay đổi; giá trị đã tính theo công thức cũ.",
        "en": "The calculation of “{name}” changed; earlier values follow the old one.",
    },
    "diff.filter": {
        "vi": "Điều kiện lọc lựa chọn của câu “{name}” thay đổi.",
        "en": "The choice filter of “{name}” changed.",
    },
    "diff.range": {
        "vi": "Khoảng hoặc bước của thang “{name}” thay đổi.",
        "en": "The range or step of “{name}” changed.",
    },
    "diff.required": {
        "vi": "Câu “{name}” thay đổi việc bắt buộc trả lời.",
        "en": "Whether “{name}” must be answered changed.",
    },
    "diff.column": {
        "vi": "Cột {column} của câu “{name}” thay đổi.",
        "en": "The column {column} of “{name}” changed.",
    },
    "diff.language-removed": {
        "vi": "Bỏ ngôn ngữ “{name}”.",
        "en": "The language “{name}” was removed.",
    },
    "diff.experiment-added": {"vi": "Thêm thử nghiệm “{name}”.", "en": "The experiment “{name}” was added."},
    "diff.experiment-removed": {
        "vi": "Bỏ thử nghiệm “{name}”.",
        "en": "The experiment “{name}” was removed.",
    },
    "diff.experiment-changed": {
        "vi": "Thử nghiệm “{name}” đổi loại hoặc nhánh: không gộp được với số liệu cũ.",
        "en": "The experiment “{name}” changed its kind or arms: it can't be pooled with earlier answers.",
    },
    "merge.kept-apart": {
        "vi": "Biến “{name}” ở phiên bản {version} khác kiểu nên được giữ riêng ở cột “{kept}”.",
        "en": "“{name}” has another kind in version {version}, so it is kept apart as “{kept}”.",
    },
    "merge.label-changed": {
        "vi": "Nhãn của giá trị {value} ở biến “{name}” đổi từ phiên bản {version}.",
        "en": "The label of value {value} of “{name}” changed with version {version}.",
    },
    "simulate.dead-end": {
        "vi": "Câu “{name}” bắt buộc trả lời nhưng không thử được câu trả lời nào hợp lệ. Hãy xem lại ràng buộc.",
        "en": "“{name}” must be answered, but no answer that was tried fits. Look at its constraint.",
    },
    "simulate.never-reached": {
        "vi": "Qua {walks} lượt đi thử, câu “{name}” chưa bao giờ hiện ra. Hãy xem lại điều kiện hỏi (relevant).",
        "en": "In {walks} trial walks, “{name}” was never shown. Look at its condition (relevant).",
    },
    "paradata.left-out": {
        "vi": "Bỏ qua {count} sự kiện không đọc được trong nhật ký phỏng vấn.",
        "en": "{count} events of the interview's log could not be read and were left out.",
    },
    "paradata.clock": {
        "vi": "Đồng hồ của máy bị chỉnh lùi trong lúc phỏng vấn; khoảng thời gian đó không được tính.",
        "en": "The device's clock was set back during the interview; that stretch was not counted.",
    },
}
