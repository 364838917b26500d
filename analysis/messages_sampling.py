"""Sentences of `analysis.sampling`: code -> (Vietnamese, English)."""

SENTENCES: dict[str, tuple[str, str]] = {
    "sampling.seed-type": (
        "Mầm ngẫu nhiên kiểu {type} không dùng được: hãy cho một số, một chuỗi chữ hoặc một ngày để có thể "
        "rút lại đúng mẫu này.",
        "A seed of type {type} can't be used: give a number, text or a date, so that the draw can be "
        "repeated.",
    ),
    "sampling.sizes-not-numbers": (
        "Cột quy mô {variable} không phải là số.",
        "The sizes {variable} aren't numbers.",
    ),
    "sampling.sizes-empty": (
        "Danh sách {variable} không có đơn vị nào.",
        "The list {variable} holds no units.",
    ),
    "sampling.sizes-not-finite": (
        "{count} giá trị của {variable} bị thiếu hoặc vô hạn (đầu tiên ở vị trí {first}): hãy bổ sung trước "
        "khi rút mẫu.",
        "{count} values of {variable} are missing or infinite (the first at position {first}): fill them in "
        "first.",
    ),
    "sampling.sizes-not-positive": (
        "{count} giá trị của {variable} bằng không hoặc âm (đầu tiên ở vị trí {first}): đơn vị như vậy "
        "không bao giờ được chọn; hãy sửa, gộp hoặc bỏ ra khỏi danh sách.",
        "{count} values of {variable} are zero or negative (the first at position {first}): such a unit "
        "could never be "
        "drawn; correct it, merge it or take it off the list.",
    ),
    "sampling.sizes-too-uneven": (
        "Quy mô quá chênh lệch: {count} đơn vị nhỏ gần như không có cơ hội được chọn; hãy tách chúng thành "
        "một tầng riêng.",
        "The sizes are too uneven: {count} small units would have next to no chance; put them into a "
        "stratum of their own.",
    ),
    "sampling.count-not-whole": (
        "{variable} phải là số nguyên không âm, không phải {value}.",
        "{variable} must be a whole number, not negative; got {value}.",
    ),
    "sampling.count-not-positive": (
        "{variable} phải lớn hơn 0, không phải {value}.",
        "{variable} must be above 0; got {value}.",
    ),
    "sampling.too-few-units": (
        "Cần {asked} đơn vị nhưng danh sách chỉ có {available}.",
        "{asked} units are asked for, but the list holds only {available}.",
    ),
    "sampling.population": (
        "Số đơn vị của tổng thể phải là số nguyên dương, không phải {value}.",
        "The population must be a whole number above 0; got {value}.",
    ),
    "sampling.reserve": (
        "Số đơn vị dự phòng phải là số nguyên không âm, không phải {value}.",
        "The reserve must be a whole number, not negative; got {value}.",
    ),
    "sampling.reserve-too-few": (
        "Muốn dùng {asked} đơn vị dự phòng nhưng chỉ có {available}.",
        "{asked} reserve units are to be released, but there are {available}.",
    ),
    "sampling.reserve-stage": (
        "Giai đoạn {stage} không phải giai đoạn cuối nên không thể có đơn vị dự phòng.",
        "Stage {stage} isn't the last one, so it can't have a reserve.",
    ),
    "sampling.method-unknown": (
        "Không có cách chọn {method}; hãy dùng một trong: {known}.",
        "There is no method {method}; use one of: {known}.",
    ),
    "sampling.order-unknown": (
        "Không có thứ tự {order}; hãy dùng list, random, size hoặc một khóa để sắp xếp.",
        "There is no order {order}; use list, random, size or a key to sort by.",
    ),
    "sampling.order-length": (
        "Khóa sắp xếp có {given} giá trị nhưng danh sách có {units} đơn vị.",
        "The sort key has {given} values, but the list has {units} units.",
    ),
    "sampling.joint-unknown": (
        "Cách chọn {method} theo thứ tự {order} không có xác suất chọn đồng thời; hãy dùng sampford nếu cần.",
        "The method {method} in {order} order has no joint probabilities; use sampford where they are "
        "needed.",
    ),
    "sampling.stage-count": (
        "Mẫu có {given} giai đoạn; chỉ hỗ trợ từ 1 đến {limit}.",
        "The draw has {given} stages; 1 to {limit} are supported.",
    ),
    "sampling.column-unknown": ("Danh sách không có cột {variable}.", "The frame has no column {variable}."),
    "sampling.label-missing": (
        "Cột {variable} bị trống ở {count} dòng.",
        "Column {variable} is empty in {count} rows.",
    ),
    "sampling.stratum-varies": (
        "Cột tầng {variable} đổi giá trị trong cùng một đơn vị của giai đoạn {stage}.",
        "The stratum column {variable} varies within one unit of stage {stage}.",
    ),
    "sampling.group-too-small": (
        "Giai đoạn {stage}, nhóm {group}: cần {asked} đơn vị nhưng chỉ có {available}.",
        "Stage {stage}, group {group}: {asked} units are asked for, but there are only {available}.",
    ),
    "sampling.group-without-n": (
        "Giai đoạn {stage}: chưa cho biết cần chọn bao nhiêu đơn vị trong nhóm {group}.",
        "Stage {stage}: it isn't said how many units to draw in group {group}.",
    ),
    "sampling.argument-outside": (
        "{variable} phải nằm giữa {low} và {high}, không phải {value}.",
        "{variable} must lie between {low} and {high}; got {value}.",
    ),
    "sampling.argument-not-positive": (
        "{variable} phải là số dương, không phải {value}.",
        "{variable} must be a number above 0; got {value}.",
    ),
    "sampling.no-difference": (
        "Hai tỷ lệ đều bằng {value}: không có chênh lệch nào để phát hiện.",
        "Both shares are {value}: there is no difference to find.",
    ),
    "sampling.no-domains": ("Chưa có miền phân tích nào.", "No domains were given."),
    "sampling.minimum-above-ceiling": (
        "Tầng thứ {stratum}: số tối thiểu {minimum} lớn hơn số tối đa {ceiling}.",
        "Stratum {stratum}: the minimum {minimum} is above the ceiling {ceiling}.",
    ),
    "sampling.minimums-above-n": (
        "Các số tối thiểu cộng lại là {total}, lớn hơn cỡ mẫu {n}.",
        "The minimums add up to {total}, more than the sample of {n}.",
    ),
    "sampling.ceilings-below-n": (
        "Các tầng chỉ có thể cho tối đa {total} đơn vị, ít hơn cỡ mẫu {n}.",
        "The strata can give at most {total} units, fewer than the sample of {n}.",
    ),
    "sampling.strata-length": (
        "{variable} có {given} giá trị nhưng có {strata} tầng.",
        "{variable} has {given} values, but there are {strata} strata.",
    ),
    "sampling.neyman-needs-sd": (
        "Phân bổ Neyman cần độ lệch chuẩn (sd) của từng tầng, ít nhất một giá trị khác 0.",
        "Neyman allocation needs the standard deviation (sd) of each stratum, at least one of them above 0.",
    ),
    "sampling.rule-unknown": (
        "Không có cách phân bổ {rule}; hãy dùng proportional, equal, neyman hoặc power.",
        "There is no rule {rule}; use proportional, equal, neyman or power.",
    ),
    "sampling.uniform-outside": (
        "Số ngẫu nhiên của hộ phải từ 0 đến dưới 1, không phải {value}.",
        "The household's random number must be from 0 to below 1; got {value}.",
    ),
    "sampling.adults": (
        "Số người đủ điều kiện phải là số nguyên từ 1, không phải {value}.",
        "The number of eligible adults must be a whole number from 1; got {value}.",
    ),
    "sampling.way-unknown": (
        "Không có cách chọn người {way}; hãy dùng list hoặc kish.",
        "There is no way {way} to choose a person; use list or kish.",
    ),
    "sampling.same-birthday": (
        "{count} người có cùng ngày sinh nhật gần nhất: cần số ngẫu nhiên của hộ để chọn.",
        "{count} people share the last birthday: the household's random number is needed to choose.",
    ),
    "sampling.birthday": (
        "Ngày sinh nhật {day}/{month} không có trong lịch.",
        "There is no birthday on day {day} of month {month}.",
    ),
    "sampling.note-certainties": (
        "{count} đơn vị có quy mô lớn hơn khoảng cách chọn nên chắc chắn vào mẫu (xác suất 1).",
        "{count} units are larger than the sampling interval and came in with certainty (probability 1).",
    ),
    "sampling.note-reserve-certainties": (
        "{count} đơn vị chỉ chắc chắn vào mẫu khi tính cả dự phòng; xác suất của chúng trong mẫu chính thấp "
        "hơn một chút so với tỷ lệ quy mô.",
        "{count} units are certain only in the sample with its reserve; their probability in the main "
        "sample is slightly "
        "lower than in proportion to size.",
    ),
    "sampling.note-certainties-stage": (
        "Giai đoạn {stage}: {count} đơn vị chắc chắn vào mẫu (xác suất 1).",
        "Stage {stage}: {count} units came in with certainty (probability 1).",
    ),
    "sampling.note-shortage": (
        "Giai đoạn {stage}: {count} nhóm có ít đơn vị hơn số cần chọn nên lấy tất cả.",
        "Stage {stage}: {count} groups held fewer units than asked; all of them were taken.",
    ),
}
