"""Sentences of the weighting steps: code -> (Vietnamese, English)."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    "calibration.no-margins": (
        "Cần ít nhất một biên tổng thể để hiệu chỉnh.",
        "Calibration needs at least one population margin.",
    ),
    "calibration.columns": (
        "Biên có {wanted} biến nhưng được cho {given} cột.",
        "The margin has {wanted} variables but {given} columns were given.",
    ),
    "calibration.missing-values": (
        "Biến {variable} trống ở {count} dòng; gán loại cho họ (hoặc một loại riêng) trước khi gia quyền.",
        "{variable} is missing in {count} rows; give them a category (or one of their own) before weighting.",
    ),
    "calibration.no-total": (
        "Loại {category} của {variable} có {count} người trong mẫu nhưng không có tổng kiểm soát; "
        "hãy thêm tổng hoặc gộp loại này với loại khác.",
        "The category {category} of {variable} has {count} respondents but no control total; "
        "add one or merge the category with another.",
    ),
    "calibration.bad-total": (
        "Tổng kiểm soát của loại {category} ({variable}) phải là số từ 0 trở lên, không phải {total}.",
        "The control total of category {category} ({variable}) must be a number of zero or more, not {total}.",
    ),
    "calibration.empty-category": (
        "Không ai trong mẫu thuộc loại {category} của {variable} (tổng kiểm soát {total}); hãy gộp với "
        "loại gần nhất.",
        "Nobody in the sample is in category {category} of {variable} (control total {total}); merge it "
        "with a neighbour.",
    ),
    "calibration.zero-total": (
        "Loại {category} của {variable} có người trả lời nhưng tổng kiểm soát bằng 0; hãy gộp loại hoặc sửa tổng.",
        "Category {category} of {variable} has respondents but a control total of zero; merge it or "
        "correct the total.",
    ),
    "calibration.totals-disagree": (
        "Các biên không khớp nhau: {first} cộng lại {first_total} còn {second} cộng lại {second_total}; "
        "hãy quy về cùng một tổng dân số.",
        "The margins disagree: {first} adds to {first_total} but {second} to {second_total}; "
        "bring them to one population total.",
    ),
    "calibration.rake-not-converged": (
        "Cân chỉnh lặp không hội tụ sau {iterations} vòng; loại {category} của {variable} còn lệch {gap}. "
        "Hãy gộp các loại hiếm hoặc bỏ bớt biên.",
        "Raking did not settle after {iterations} rounds; category {category} of {variable} is still off by {gap}. "
        "Merge rare categories or drop a margin.",
    ),
    "calibration.bounds": (
        "Giới hạn của hệ số phải chứa 1 bên trong: [{lower}, {upper}].",
        "The bounds of the factor must have 1 inside them: [{lower}, {upper}].",
    ),
    "calibration.bounds-not-met": (
        "Không thể đạt tổng của {variable} với hệ số trong [{lower}, {upper}] (còn lệch {gap} sau "
        "{iterations} vòng); "
        "hãy nới giới hạn hoặc bỏ bớt biến.",
        "The total of {variable} cannot be met with factors inside [{lower}, {upper}] (off by {gap} after "
        "{iterations} rounds); widen the bounds or drop a variable.",
    ),
    "calibration.not-converged": (
        "Hiệu chỉnh không hội tụ sau {iterations} vòng; tổng của {variable} còn lệch {gap}.",
        "Calibration did not settle after {iterations} rounds; the total of {variable} is still off by {gap}.",
    ),
    "calibration.missing-total": (
        "Thiếu tổng kiểm soát cho biến phụ trợ {variable}.",
        "There is no control total for the auxiliary {variable}.",
    ),
    "calibration.extra-total": (
        "Tổng kiểm soát {variable} không ứng với biến phụ trợ nào.",
        "The control total {variable} belongs to no auxiliary variable.",
    ),
    "calibration.impossible-total": (
        "Biến phụ trợ {variable} bằng 0 ở mọi người trong mẫu nên không thể đạt tổng {total}.",
        "The auxiliary {variable} is zero for everybody in the sample, so its total {total} cannot be met.",
    ),
    "calibration.collinear": (
        "Các tổng kiểm soát mâu thuẫn: biến phụ trợ {variable} là tổ hợp của các biến khác nhưng tổng không khớp.",
        "The control totals contradict each other: {variable} is a combination of other auxiliaries but "
        "its total is not.",
    ),
    "calibration.negative-weights": (
        "{count} trọng số hiệu chỉnh bị âm; hãy đặt giới hạn hoặc dùng khoảng cách raking hay logit.",
        "{count} calibrated weights are negative; set bounds or use the raking or logit distance.",
    ),
    "calibration.category-left-out": (
        "Loại {category} của {variable} không có ai trong mẫu và đã được bỏ qua.",
        "Category {category} of {variable} has nobody in the sample and was left out.",
    ),
    "calibration.few-in-category": (
        "Loại {category} của {variable} chỉ có {n} người; hãy cân nhắc gộp loại.",
        "Category {category} of {variable} has only {n} respondents; consider merging it.",
    ),
    "calibration.variance": (
        "Phương sai của mô hình hiệu chỉnh phải là số dương.",
        "The working variances of a calibration must be positive.",
    ),
    "calibration.rescaled": (
        "Trọng số được nhân {factor} trước khi hiệu chỉnh; giới hạn áp dụng cho trọng số đã nhân.",
        "Weights were multiplied by {factor} before calibration; bounds refer to the multiplied weights.",
    ),
    "weighting.extreme-factors": (
        "{count} hệ số điều chỉnh nằm ngoài [{low}, {high}].",
        "{count} adjustment factors lie outside [{low}, {high}].",
    ),
    "trim.limits": (
        "Giới hạn dưới {lower} phải nhỏ hơn giới hạn trên {upper}.",
        "The lower limit {lower} must be below the upper limit {upper}.",
    ),
    "trim.impossible": (
        "Không thể giữ tổng trọng số trong [{lower}, {upper}]: trung bình là {mean}; hãy nới giới hạn.",
        "The total cannot be kept with weights inside [{lower}, {upper}]: their mean is {mean}; widen the limits.",
    ),
    "trim.still-outside": (
        "Sau khi phân bổ lại, {count} trọng số vẫn ngoài giới hạn; dùng strict=True để lặp cho đến hết.",
        "After spreading what was cut, {count} weights are outside the limits; use strict=True to repeat.",
    ),
    "household.eligible": (
        "Số người đủ điều kiện phải từ số người được chọn trở lên; {count} dòng không như vậy.",
        "The number of eligible persons must be at least the number chosen; {count} rows are not so.",
    ),
    "household.capped": (
        "Hệ số hộ của {count} người bị chặn ở {cap}.",
        "The household factor of {count} persons was capped at {cap}.",
    ),
    "nonresponse.responded": (
        "responded phải là mảng đúng/sai có {rows} phần tử.",
        "responded must be an array of {rows} booleans.",
    ),
    "nonresponse.empty-class": (
        "Nhóm {category} của {variable} không có ai trả lời ({count} người được chọn); hãy gộp với nhóm khác.",
        "Nobody answered in class {category} of {variable} ({count} were selected); merge it with another class.",
    ),
    "nonresponse.small-class": (
        "Nhóm {category} của {variable} chỉ có {n} người trả lời; hãy cân nhắc gộp nhóm.",
        "Class {category} of {variable} has only {n} respondents; consider merging it.",
    ),
    "nonresponse.all-answered": (
        "Cần có cả người trả lời và người không trả lời để ước lượng xác suất trả lời.",
        "A response propensity needs both respondents and non-respondents.",
    ),
    "nonresponse.extreme-propensity": (
        "{count} người có xác suất trả lời dưới {limit}; hãy dùng nhóm xác suất thay cho nghịch đảo.",
        "{count} persons have a response propensity under {limit}; use propensity classes instead of the inverse.",
    ),
    "stages.probability": (
        "Xác suất ở giai đoạn {stage} phải lớn hơn 0 và không quá 1; {count} dòng không như vậy.",
        "The probability of stage {stage} must be above 0 and at most 1; {count} rows are not so.",
    ),
}
