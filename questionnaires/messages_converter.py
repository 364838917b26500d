"""Sentences of the converter's refusals (`xlsform.converter…`); `xlsform/refusals.py` tells which one it is."""

# ruff: noqa: E501 - a catalogue of sentences

from __future__ import annotations

_SAVE_TO = "Sửa hoặc xóa ô save_to; hệ thống này không lập hồ sơ về người hay hộ."
_SAVE_TO_EN = "Mend or empty the save_to cell; this platform keeps no files on people or households."
_NAME = "Tên bắt đầu bằng chữ cái hoặc dấu gạch dưới, sau đó chỉ gồm chữ, số, gạch dưới, gạch nối, dấu chấm."
_NAME_EN = (
    "A name starts with a letter or underscore, then has letters, digits, underscores, hyphens, full stops."
)
_START_END = "Sửa ở cột parameters."
_START_END_EN = "Mend it in the column parameters."

#: code without its beginning -> (Vietnamese, English)
_SENTENCES: dict[str, tuple[str, str]] = {
    "entity-001": (
        f"Ô save_to cần trang “entities”, nhưng phiếu không có trang đó. {_SAVE_TO}",
        f"The save_to cell needs a sheet “entities”, which the form lacks. {_SAVE_TO_EN}",
    ),
    "entity-002": (
        f"Thuộc tính save_to “{{saveto}}” đã dùng ở dòng {{other_row}}. {_SAVE_TO}",
        f"The save_to property “{{saveto}}” is already used in row {{other_row}}. {_SAVE_TO_EN}",
    ),
    "entity-003": (
        "Nhóm và phần lặp không có save_to. Hãy xóa ô save_to ở dòng này.",
        "A group or repeat has no save_to. Empty that cell.",
    ),
    "entity-004": (
        f"Trang “entities” không có danh sách “{{dataset}}”. {_SAVE_TO}",
        f"The sheet “entities” has no list “{{dataset}}”. {_SAVE_TO_EN}",
    ),
    "entity-005": (
        "Danh sách “{dataset}” trên trang “entities” thiếu label. Hãy điền label, hoặc xóa dòng đó.",
        "The list “{dataset}” on the sheet “entities” lacks a label. Fill it in, or remove the row.",
    ),
    "entity-006": (
        "Danh sách “{dataset}” trên trang “entities” có create_if và entity_id nhưng thiếu update_if. Hãy điền update_if hoặc xóa entity_id.",
        "The list “{dataset}” on the sheet “entities” has create_if and entity_id but no update_if. Add update_if or remove entity_id.",
    ),
    "entity-007": (
        "Danh sách “{dataset}” trên trang “entities” thiếu entity_id. Hãy điền entity_id, hoặc đổi update_if thành create_if.",
        "The list “{dataset}” on the sheet “entities” lacks entity_id. Add it, or turn update_if into create_if.",
    ),
    "entity-008": (
        f"Phiếu có nhiều danh sách trên trang “entities”, nên save_to phải viết dạng danh_sach#thuoc_tinh. {_SAVE_TO}",
        f"With several lists on the sheet “entities”, save_to must read list#property. {_SAVE_TO_EN}",
    ),
    "entity-009": (
        "Hai dòng của trang “entities” (dòng này và dòng {other_row}) cùng thuộc một phần “{scope}”. Mỗi phần chỉ được một danh sách.",
        "Two rows of the sheet “entities” (this and row {other_row}) belong to the same part “{scope}”. Each part may have one list.",
    ),
    "entity-011": (
        f"save_to của danh sách “{{dataset}}” nằm ở hai phần không hợp nhau: “{{scope}}” và “{{other_scope}}”. {_SAVE_TO}",
        f"save_to of the list “{{dataset}}” stands in two parts that don't fit: “{{scope}}” and “{{other_scope}}”. {_SAVE_TO_EN}",
    ),
    "entity-012": (
        "Danh sách “{dataset}” nhắc tới câu “{question}” ở phần “{scope}”, không hợp với phần “{other_scope}”. Hãy chép giá trị bằng một dòng calculate.",
        "The list “{dataset}” mentions “{question}” in the part “{scope}”, which doesn't fit “{other_scope}”. Copy the value with a calculate row.",
    ),
    "entity-013": (
        f"Ô save_to có nhiều hơn một dấu #. {_SAVE_TO}",
        f"The save_to cell has more than one #. {_SAVE_TO_EN}",
    ),
    "header-001": (
        "Trang “{sheet_name}” không có dòng tiêu đề. Dòng 1 phải ghi tên cột, ví dụ type, name, label.",
        "The sheet “{sheet_name}” has no header row. Row 1 must name the columns, such as type, name, label.",
    ),
    "header-002": (
        "Trên trang “{sheet_name}”, hai cột “{other}” và “{header}” cùng chỉ một nội dung. Hãy xóa một cột.",
        "On the sheet “{sheet_name}” the columns “{other}” and “{header}” mean the same. Remove one.",
    ),
    "header-003": (
        "Trang “{sheet_name}” thiếu cột bắt buộc: {missing}. Hãy thêm vào dòng 1.",
        "The sheet “{sheet_name}” lacks required columns: {missing}. Add them to row 1.",
    ),
    "header-004": (
        "Tiêu đề cột “{column}” trên trang “choices” trống hoặc có dấu cách. Hãy đổi tên, dùng gạch dưới thay dấu cách.",
        "The header “{column}” on the sheet “choices” is empty or holds a space. Rename it with an underscore.",
    ),
    "header-005": (
        "Trang “entities” có cột không dùng được: {columns}. Hãy sửa chính tả hoặc xóa cột.",
        "The sheet “entities” has columns that can't be used: {columns}. Correct or remove them.",
    ),
    "internal-001": (
        "Ô trigger ở câu này không đọc được ({value}). Hãy viết dạng ${{ten_cau}}.",
        "The trigger cell of this question can't be read ({value}). Write it as ${{question}}.",
    ),
    "internal-002": (
        "Một tham chiếu không nêu câu hỏi nào ({path}). Hãy kiểm tra các ô có ${{…}}.",
        "A reference names no question ({path}). Check the cells with ${{…}}.",
    ),
    "label-001": (
        "Lựa chọn này không có nhãn. Hãy điền cột label.",
        "This choice has no label. Fill in the column label.",
    ),
    "names-001": (
        "Tên “{value}” đã dùng trong cùng nhóm. Hãy đổi một trong hai tên.",
        "The name “{value}” is already used in the same group. Rename one of the two.",
    ),
    "names-002": (
        "Tên “{value}” chỉ khác tên khác ở chữ hoa, chữ thường. Hãy đổi một tên.",
        "The name “{value}” differs from another by capitals only. Rename one.",
    ),
    "names-003": (
        "Phần lặp không được mang tên “{value}” của cả phiếu. Hãy đổi tên phần lặp.",
        "A repeat can't have the form's own name “{value}”. Rename the repeat.",
    ),
    "names-004": (
        "Đã có phần lặp tên “{value}”. Mỗi phần lặp cần một tên riêng trong cả phiếu.",
        "There is already a repeat named “{value}”. Each repeat needs a name of its own in the whole form.",
    ),
    "names-005": (
        "Tên “meta” dành riêng cho hệ thống. Hãy đổi tên khác.",
        "The name “meta” is reserved. Choose another.",
    ),
    "names-006": (
        "Lựa chọn này thiếu giá trị. Hãy điền cột name.",
        "This choice has no value. Fill in the column name.",
    ),
    "names-007": (
        "Giá trị này đã có trong cùng danh sách. Hãy đổi, hoặc đặt allow_choice_duplicates = yes trong trang “settings” nếu cố ý.",
        "This value is already in the same list. Change it, or set allow_choice_duplicates = yes on the sheet “settings” if it is meant.",
    ),
    "names-008": (
        f"Tên ở cột “{{column}}” không hợp lệ. {_NAME}",
        f"The name in the column “{{column}}” is not valid. {_NAME_EN}",
    ),
    "names-009": (f"Tên “{{name}}” không hợp lệ. {_NAME}", f"The name “{{name}}” is not valid. {_NAME_EN}"),
    "names-010": (
        "Tên ở cột “{column}” không được bắt đầu bằng hai dấu gạch dưới.",
        "The name in the column “{column}” must not begin with two underscores.",
    ),
    "names-011": (
        "Tên ở cột “{column}” không được có dấu chấm.",
        "The name in the column “{column}” must not hold a full stop.",
    ),
    "names-012": (
        "Ở cột “{column}” không được dùng tên “name” hoặc “label”.",
        "The column “{column}” must not use the names “name” or “label”.",
    ),
    "names-013": (
        "Không thấy trang “{sheet}”, nhưng có trang tên gần giống: {candidates}. Hãy sửa tên trang.",
        "There is no sheet “{sheet}”, but sheets with similar names: {candidates}. Correct the name.",
    ),
    "names-014": (
        "Trang “entities” có hai dòng cùng list_name. Hãy xóa hoặc đổi một dòng.",
        "The sheet “entities” has two rows with the same list_name. Remove or change one.",
    ),
    "names-015": (
        "Dòng này của trang “entities” thiếu list_name.",
        "This row of the sheet “entities” lacks its list_name.",
    ),
    "pyref-001": (
        "Ô ở cột “{column}” có tham chiếu viết sai. Hãy viết ${{ten_cau}}, có đủ hai ngoặc nhọn.",
        "A reference in the column “{column}” is written wrongly. Write ${{question}} with both curly brackets.",
    ),
    "pyref-002": (
        "Ô ở cột “{column}” có nhiều tham chiếu; hãy ngăn cách bằng dấu phẩy.",
        "The column “{column}” lists several references; put a comma between them.",
    ),
    "pyref-003": (
        "Ô ở cột “{column}” nhắc tới “{q}”, nhưng trang “survey” không có câu nào tên như vậy.",
        "The column “{column}” mentions “{q}”, but the sheet “survey” has no question of that name.",
    ),
    "pyref-004": (
        "Ô ở cột “{column}” nhắc tới “{q}”, nhưng có nhiều câu cùng tên đó. Hãy đổi tên cho khác nhau.",
        "The column “{column}” mentions “{q}”, but several questions have that name. Rename them.",
    ),
    "range-001": (
        f"Tham số “{{name}}” của câu range phải là một số. {_START_END}",
        f"The parameter “{{name}}” of a range must be a number. {_START_END_EN}",
    ),
    "range-002": (
        f"Tham số “{{name}}” của câu range không được bằng 0. {_START_END}",
        f"The parameter “{{name}}” of a range must not be 0. {_START_END_EN}",
    ),
    "range-003": (
        f"Tham số “{{name}}” lớn hơn khoảng từ start đến end. {_START_END}",
        f"The parameter “{{name}}” is larger than the range from start to end. {_START_END_EN}",
    ),
    "range-004": (
        f"Tham số “{{name}}” phải là bội của step. {_START_END}",
        f"The parameter “{{name}}” must be a multiple of step. {_START_END_EN}",
    ),
    "range-005": (
        f"Tham số “{{name}}” phải nằm từ start đến end. {_START_END}",
        f"The parameter “{{name}}” must lie from start to end. {_START_END_EN}",
    ),
    "range-006": (
        "Tham số tick_labelset phải là tên một danh sách của trang “choices”.",
        "The parameter tick_labelset must be the name of a list on the sheet “choices”.",
    ),
    "range-007": (
        "Với cách hiện no-ticks, danh sách của tick_labelset phải có đúng hai lựa chọn.",
        "With the appearance no-ticks the list of tick_labelset must have exactly two choices.",
    ),
    "range-008": (
        "tick_interval, placeholder và tick_labelset chỉ dùng được với cách hiện thường, vertical hoặc no-ticks.",
        "tick_interval, placeholder and tick_labelset go with the plain appearance, vertical or no-ticks only.",
    ),
    "range-009": (
        "Mọi giá trị trong danh sách của tick_labelset phải là số.",
        "Every value in the list of tick_labelset must be a number.",
    ),
    "range-010": (
        "Các giá trị trong danh sách của tick_labelset phải nằm từ start đến end.",
        "The values in the list of tick_labelset must lie from start to end.",
    ),
    "range-011": (
        "Các giá trị của tick_labelset phải bằng start cộng một bội của “{name}”.",
        "The values of tick_labelset must be start plus a multiple of “{name}”.",
    ),
    "range-012": (
        "Với no-ticks, danh sách của tick_labelset chỉ được có giá trị bằng start và end.",
        "With no-ticks the list of tick_labelset may hold the values of start and end only.",
    ),
    "survey-001": (
        "Dòng end_{type} này không có dòng begin_{type} tương ứng (“{name}”).",
        "This end_{type} has no begin_{type} that fits (“{name}”).",
    ),
    "survey-002": (
        "Dòng begin_{type} “{name}” không có dòng end_{type} tương ứng.",
        "The begin_{type} “{name}” has no end_{type}.",
    ),
    "survey-003": (
        "Tham số incremental ở cột “{column}” chỉ nhận giá trị true, hoặc bỏ trống.",
        "The parameter incremental in the column “{column}” takes true only, or is left out.",
    ),
    "survey-004": (
        "Cột parameters viết sai. Hãy viết dạng ten1=giatri1 ten2=giatri2.",
        "The column parameters is written wrongly. Write key1=value1 key2=value2.",
    ),
    "survey-005": (
        "Kiểu câu này không có tham số {rejected}. Các tham số dùng được: {accepted}.",
        "This question type has no parameter {rejected}. Those it has: {accepted}.",
    ),
    "survey-006": (
        "Tham số reference-geometry phải là tên một danh sách, tên một tệp kèm theo, hoặc ${{ten_phan_lap}}.",
        "The parameter reference-geometry must name a list, an attached file, or a repeat as ${{repeat}}.",
    ),
    "survey-007": (
        "Tham số capture-accuracy phải là một số.",
        "The parameter capture-accuracy must be a number.",
    ),
    "survey-008": (
        "Tham số warning-accuracy phải là một số.",
        "The parameter warning-accuracy must be a number.",
    ),
    "survey-009": (
        "Tham số allow-mock-accuracy chỉ nhận true hoặc false.",
        "The parameter allow-mock-accuracy takes true or false only.",
    ),
    # Outside pyxform's list
    "no-label": (
        "Câu “{name}” không có nội dung hỏi và không có gợi ý. Hãy điền cột label.",
        "The question “{name}” has neither label nor hint. Fill in the column label.",
    ),
    "big-image": (
        "Câu “{name}” có big-image nhưng không có image. Hãy điền cả hai cột.",
        "The question “{name}” has big-image but no image. Fill in both columns.",
    ),
    "unknown-type": (
        "Không có kiểu câu hỏi “{type}”. Tên kiểu viết chữ thường, ví dụ text, integer, select_one.",
        "There is no question type “{type}”. Types are written in small letters: text, integer, select_one.",
    ),
    "no-id": (
        "Phiếu không có mã. Hãy điền form_id trong trang “settings”.",
        "The form has no id. Fill in form_id on the sheet “settings”.",
    ),
    "same-instance": (
        "Hai nguồn dữ liệu cùng mang tên “{name}” (tệp hoặc danh sách). Hãy đổi tên một nguồn.",
        "Two sources of data share the name “{name}” (files or lists). Rename one.",
    ),
    "search-with-file": (
        "Câu “{name}” lấy danh sách từ tệp nên không dùng được search(). Hãy bỏ search() ở cột appearance.",
        "The question “{name}” takes its list from a file, so it can't use search(). Remove search() from appearance.",
    ),
    "search-shared": (
        "Câu “{name}” dùng search() với danh sách “{list}”, danh sách này còn được câu khác dùng không có search(). Hãy tách thành hai danh sách.",
        "The question “{name}” uses search() with the list “{list}”, which another question uses without. Make it two lists.",
    ),
    "media-type": (
        "Không có loại phương tiện “{type}”. Dùng image, audio hoặc video.",
        "There is no media type “{type}”. Use image, audio or video.",
    ),
    "trigger-hidden": (
        "Câu “{name}” không hiện ra cho người trả lời nên không làm trigger được.",
        "The question “{name}” isn't shown to the respondent, so it can't be a trigger.",
    ),
    "no-question-type": (
        "Dòng này thiếu kiểu câu hỏi (cột type).",
        "This row lacks its question type (column type).",
    ),
    "audit-name": (
        "Dòng audit phải để trống cột name.",
        "The row of type audit must leave the column name empty.",
    ),
    "true-or-false": (
        "Tham số “{name}” chỉ nhận true hoặc false, không nhận “{value}”.",
        "The parameter “{name}” takes true or false, not “{value}”.",
    ),
    "audit-reasons": (
        "Tham số “{name}” chỉ nhận on-form-edit.",
        "The parameter “{name}” takes on-form-edit only.",
    ),
    "location-priority": (
        "Tham số “{name}” nhận no-power, low-power, balanced hoặc high-accuracy.",
        "The parameter “{name}” takes no-power, low-power, balanced or high-accuracy.",
    ),
    "whole-number": (
        "Tham số “{name}” phải là một số nguyên.",
        "The parameter “{name}” must be a whole number.",
    ),
    "not-negative": (
        "Tham số “{name}” phải lớn hơn hoặc bằng {least}.",
        "The parameter “{name}” must be {least} or more.",
    ),
    "audit-location": (
        "Ghi vị trí trong audit cần đủ ba tham số location-priority, location-min-interval, location-max-age. Khảo sát dư luận không nên ghi vị trí.",
        "Places in the audit need location-priority, location-min-interval and location-max-age. An opinion survey should not note places.",
    ),
    "no-calculation": (
        "Dòng calculate này không có công thức (cột calculation).",
        "This calculate row has no formula (column calculation).",
    ),
    "no-name": (
        "Câu hỏi hoặc nhóm này thiếu tên (cột name).",
        "This question or group lacks its name (column name).",
    ),
    "loop": (
        "Kiểu “loop” đã bỏ khỏi XLSForm. Hãy dùng begin repeat hoặc một nhóm bảng (table-list).",
        "The type “loop” has left XLSForm. Use begin repeat or a group with the appearance table-list.",
    ),
    "external-list": (
        "Không có danh sách “{list}” trên trang “external_choices”.",
        "There is no list “{list}” on the sheet “external_choices”.",
    ),
    "external-sheet": (
        "Kiểu select_one_external cần trang “external_choices” với các cột list_name và name.",
        "The type select_one_external needs a sheet “external_choices” with the columns list_name and name.",
    ),
    "choices-sheet": (
        "Phiếu có câu chọn nhưng không có trang “choices” (cột list_name, name, label).",
        "The form has a select but no sheet “choices” (columns list_name, name, label).",
    ),
    "list": (
        "Không có danh sách “{list}” trên trang “choices”.",
        "There is no list “{list}” on the sheet “choices”.",
    ),
    "choice-spaces": (
        "Giá trị “{value}” của danh sách “{list}” có dấu cách nên không dùng được cho câu chọn nhiều.",
        "The value “{value}” of the list “{list}” has a space, so it can't be used where several are chosen.",
    ),
    "filter-other": (
        "“or_other” không dùng được cùng choice_filter.",
        "“or_other” can't be used with a choice_filter.",
    ),
    "other-without-choices": (
        "Câu có “or_other” cần một danh sách lựa chọn trong trang “choices”.",
        "A question with “or_other” needs a list on the sheet “choices”.",
    ),
    "seed": (
        "Tham số seed phải là một số hoặc tham chiếu tới một câu, ví dụ seed=42 hoặc seed=${{ma}}.",
        "The parameter seed must be a number or a reference, such as seed=42 or seed=${{code}}.",
    ),
    "seed-alone": (
        "Tham số seed chỉ dùng cùng randomize=true.",
        "The parameter seed goes with randomize=true only.",
    ),
    "filter-table": (
        "Nhóm table-list không dùng được choice_filter. Hãy bỏ một trong hai.",
        "A table-list group can't have a choice_filter. Remove one of the two.",
    ),
    "table-list": (
        "Các câu trong nhóm table-list phải dùng cùng một danh sách; ở đây có “{list}” và “{other}”.",
        "The questions of a table-list group must share one list; here are “{list}” and “{other}”.",
    ),
    "bad-value": ("Giá trị của “{name}” không hợp lệ.", "The value of “{name}” is not valid."),
    "instance-id": (
        "Phiếu có khóa mã hóa nên không được bỏ instanceID. Hãy xóa omit_instanceID trong trang “settings”.",
        "A form with an encryption key can't omit instanceID. Remove omit_instanceID from the sheet “settings”.",
    ),
    "file-ending": (
        "Tên tệp ở câu “{type}” phải kết thúc bằng .csv, .xml hoặc .geojson.",
        "The file name of “{type}” must end in .csv, .xml or .geojson.",
    ),
    "duplicate-header": (
        "Tiêu đề cột “{column}” xuất hiện hai lần. Hãy xóa một cột.",
        "The header “{column}” appears twice. Remove one column.",
    ),
    "no-survey-sheet": ("Không có trang “survey”.", "There is no sheet “survey”."),
    "not-a-form": (
        "Tệp không có dạng XLSForm. Cần ít nhất trang “survey” với các cột type, name, label.",
        "The file is not an XLSForm. It needs at least a sheet “survey” with the columns type, name, label.",
    ),
    "cascade": (
        "Kiểu cascading_select đã bỏ khỏi XLSForm. Hãy dùng choice_filter.",
        "The type cascading_select has left XLSForm. Use choice_filter.",
    ),
    "date-cell": (
        "Trang “{sheet}” có ô ngày không hợp lệ ở cột “{column}”. Hãy định dạng ô là văn bản và gõ lại.",
        "The sheet “{sheet}” has an invalid date in the column “{column}”. Format the cell as text and type it again.",
    ),
    "no-choices": ("Câu này cần một danh sách lựa chọn.", "This question needs a list of choices."),
    "too-deep": (
        "Phiếu có quá nhiều nhóm lồng nhau. Hãy bớt số tầng.",
        "The form has too many groups inside one another. Use fewer levels.",
    ),
    "reference": ("Không có câu hỏi nào tên “{name}”.", "There is no question named “{name}”."),
    "reference-twice": (
        "Có nhiều câu cùng tên “{name}”. Hãy đổi tên cho khác nhau.",
        "Several questions are named “{name}”. Rename them.",
    ),
    "reference-path": (
        "Không hiểu được tham chiếu “{name}”. Hãy kiểm tra tên câu và dấu ngoặc.",
        "The reference “{name}” can't be understood. Check the name and the brackets.",
    ),
}

MESSAGES: dict[str, dict[str, str]] = {
    "xlsform.converter": {
        "vi": "Chỗ này không theo chuẩn XLSForm nên không chuyển thành phiếu được. Hãy so dòng này với một phiếu mẫu, sửa rồi nhập lại. Chi tiết kỹ thuật (tiếng Anh): “{message}”",
        "en": "This does not follow XLSForm, so no form can be made of it. Compare the row with a form that works, mend it and import again. The converter says: “{message}”",
    },
    **{f"xlsform.converter-{name}": {"vi": vi, "en": en} for name, (vi, en) in _SENTENCES.items()},
}
