"""Sentences of the findings about workbooks (`xlsform.*`). `{...}` are the finding's parameters."""

# ruff: noqa: E501 - a catalogue of sentences

from __future__ import annotations

MESSAGES: dict[str, dict[str, str]] = {
    # The file
    "xlsform.file-too-large": {
        "vi": "Tệp lớn hơn {limit_mb} MB nên không được mở. Hãy xóa hình ảnh và các trang tính không cần thiết.",
        "en": "The file is larger than {limit_mb} MB, so it was not opened. Remove pictures and unneeded sheets.",
    },
    "xlsform.file-unreadable": {
        "vi": "Không đọc được tệp. Hãy kiểm tra đường dẫn và quyền đọc.",
        "en": "The file can't be read. Check its path and your right to read it.",
    },
    "xlsform.file-empty": {"vi": "Tệp trống.", "en": "The file is empty."},
    "xlsform.file-damaged": {
        "vi": "Tệp bị hỏng hoặc không đúng định dạng Excel ({detail}). Hãy mở bằng Excel, lưu lại rồi thử lần nữa.",
        "en": "The file is damaged or not a proper Excel file ({detail}). Open it in Excel, save it, try again.",
    },
    "xlsform.file-encrypted": {
        "vi": "Tệp có mật khẩu. Hãy bỏ mật khẩu rồi tải lên lại.",
        "en": "The file has a password. Remove the password and upload it again.",
    },
    "xlsform.not-a-workbook": {
        "vi": "Đây không phải là bảng tính. Hãy dùng tệp .xlsx, .xls hoặc .csv theo chuẩn XLSForm.",
        "en": "This is not a workbook. Use an .xlsx, .xls or .csv file that follows XLSForm.",
    },
    "xlsform.zip-bomb": {
        "vi": "Tệp bung ra quá lớn so với kích thước nén nên bị từ chối.",
        "en": "The file unpacks to far more than its packed size, so it was refused.",
    },
    "xlsform.xml-entities": {
        "vi": "Tệp chứa khai báo XML không bao giờ có trong bảng tính bình thường nên bị từ chối.",
        "en": "The file holds an XML declaration that no ordinary workbook has, so it was refused.",
    },
    "xlsform.macros-ignored": {
        "vi": "Tệp có macro. Macro không được chạy và không được lưu.",
        "en": "The file holds macros. They are neither run nor kept.",
    },
    # Sheets, columns, cells
    "xlsform.no-survey-sheet": {
        "vi": "Không có trang tính “survey”. Các trang tính trong tệp: {found}.",
        "en": "There is no sheet “survey”. Sheets in the file: {found}.",
    },
    "xlsform.survey-empty": {
        "vi": "Trang tính “survey” trống. Dòng 1 phải có tiêu đề cột: type, name, label.",
        "en": "The sheet “survey” is empty. Row 1 must hold the headers type, name, label.",
    },
    "xlsform.no-questions": {
        "vi": "Trang tính “survey” không có câu hỏi nào.",
        "en": "The sheet “survey” holds no question.",
    },
    "xlsform.misspelt-sheet": {
        "vi": "Trang tính “{sheet}” bị bỏ qua. Có phải ý là “{meant}” không?",
        "en": "The sheet “{sheet}” is ignored. Did you mean “{meant}”?",
    },
    "xlsform.duplicate-sheet": {
        "vi": "Có hai trang tính cùng tên (không phân biệt chữ hoa). Hãy đổi tên hoặc xóa một trang.",
        "en": "Two sheets share this name (capitals don't count). Rename or remove one.",
    },
    "xlsform.missing-column": {
        "vi": "Thiếu cột “{wanted}” ở dòng 1.",
        "en": "The column “{wanted}” is missing from row 1.",
    },
    "xlsform.unknown-column": {
        "vi": "Cột “{column}” không thuộc XLSForm; nội dung được giữ nhưng không dùng đến.",
        "en": "The column “{column}” is not part of XLSForm; its content is kept but not used.",
    },
    "xlsform.misspelt-column": {
        "vi": "Cột “{column}” không thuộc XLSForm nên không có tác dụng. Có phải ý là “{meant}” không?",
        "en": "The column “{column}” is not part of XLSForm, so it has no effect. Did you mean “{meant}”?",
    },
    "xlsform.same-column": {
        "vi": "Hai cột “{column}” và “{other}” cùng chỉ một nội dung. Hãy xóa một cột.",
        "en": "The columns “{column}” and “{other}” mean the same. Remove one.",
    },
    "xlsform.duplicate-column": {
        "vi": "Tiêu đề cột “{column}” xuất hiện hai lần. Cột thứ hai bị bỏ qua.",
        "en": "The header “{column}” appears twice. The second column was left out.",
    },
    "xlsform.too-many-rows": {
        "vi": "Trang tính có hơn {limit} dòng; phần còn lại không được đọc.",
        "en": "The sheet has more than {limit} rows; the rest was not read.",
    },
    "xlsform.too-many-columns": {
        "vi": "Trang tính có hơn {limit} cột; phần còn lại không được đọc.",
        "en": "The sheet has more than {limit} columns; the rest was not read.",
    },
    "xlsform.too-many-cells": {
        "vi": "Tệp có hơn {limit} ô có nội dung; phần còn lại không được đọc.",
        "en": "The workbook has more than {limit} filled cells; the rest was not read.",
    },
    "xlsform.rows-after-gap": {
        "vi": "Sau {rows} dòng trống lại có nội dung; từ dòng này trở đi không được đọc. Hãy xóa các dòng trống.",
        "en": "After {rows} empty rows there is content again; it was not read. Remove the empty rows.",
    },
    "xlsform.cell-too-long": {
        "vi": "Ô này dài hơn {limit} ký tự nên bị cắt bớt.",
        "en": "This cell is longer than {limit} characters and was cut.",
    },
    "xlsform.cell-error": {
        "vi": "Ô này hiện lỗi công thức {value}. Hãy sửa công thức hoặc gõ giá trị.",
        "en": "This cell shows the formula error {value}. Mend the formula or type the value.",
    },
    "xlsform.formula-without-result": {
        "vi": "Ô {cell} có công thức nhưng tệp không lưu kết quả, nên ô được đọc là trống. "
        "Hãy mở bằng Excel và lưu lại, hoặc gõ giá trị.",
        "en": "Cell {cell} holds a formula without a stored result, so it reads as empty. "
        "Open and save the file in Excel, or type the value.",
    },
    "xlsform.merged-cells": {
        "vi": "Các ô gộp bắt đầu từ {cell}: chỉ ô trên cùng bên trái được đọc. Hãy bỏ gộp ô.",
        "en": "Merged cells from {cell}: only the upper left cell is read. Unmerge them.",
    },
    # Rows of the survey sheet
    "xlsform.missing-type": {
        "vi": "Dòng này có nội dung nhưng thiếu kiểu câu hỏi (cột type).",
        "en": "This row has content but no question type.",
    },
    "xlsform.unknown-type": {
        "vi": "Không có kiểu câu hỏi “{type}”. Gợi ý: “{meant}”.",
        "en": "There is no question type “{type}”. Suggestion: “{meant}”.",
    },
    "xlsform.refused-type": {
        "vi": "Kiểu “{type}” không được dùng ở đây vì ghi lại thiết bị, người hoặc vị trí, "
        "hoặc thuộc riêng phần mềm khác. Hãy xóa dòng này.",
        "en": "The type “{type}” is not used here: it notes a device, a person or a place, "
        "or belongs to another product only. Remove the row.",
    },
    "xlsform.kept-type": {
        "vi": "Kiểu “{type}” được giữ lại cho ODK Collect và KoboCollect nhưng không được hỏi trên trang của hệ thống.",
        "en": "The type “{type}” is kept for ODK Collect and KoboCollect, but is not asked on our own pages.",
    },
    "xlsform.kept-required": {
        "vi": "Câu “{name}” bắt buộc trả lời nhưng kiểu “{type}” không được hỏi trên trang của hệ thống, nên không ai hoàn thành được phiếu. Hãy bỏ bắt buộc.",
        "en": "“{name}” must be answered, but the type “{type}” is not asked on our pages, so nobody could finish. Don't require it.",
    },
    "xlsform.choices-from-answers": {
        "vi": "Câu này lấy lựa chọn từ câu trả lời trước. ODK Collect làm được, trang của hệ thống thì không: câu sẽ không có lựa chọn nào. Hãy dùng một danh sách trong trang “choices”.",
        "en": "This takes its choices from earlier answers. ODK Collect can, our own pages can't: the question would have no choices. Use a list on the sheet “choices”.",
    },
    "xlsform.choices-by-search": {
        "vi": "search() chỉ có trong ODK Collect. Trên trang của hệ thống, câu này chỉ hiện các dòng của trang “choices”. Hãy dùng select_one_from_file cùng tệp CSV.",
        "en": "search() is ODK Collect's only. On our own pages the question shows just the rows of the sheet “choices”. Use select_one_from_file with the CSV file.",
    },
    "xlsform.media-languages": {
        "vi": "Cột {kind} của câu “{name}” thiếu ở ngôn ngữ mặc định nên ODK Collect sẽ không mở được phiếu. Hãy điền cột {kind} cho ngôn ngữ mặc định.",
        "en": "The column {kind} of “{name}” is empty in the default language, so ODK Collect can't open the form. Fill in {kind} for the default language.",
    },
    "xlsform.exact-location": {
        "vi": "Câu này ghi vị trí chính xác của người trả lời. Khảo sát dư luận hiếm khi cần; "
        "hãy dùng địa bàn của mẫu. Vị trí không bao giờ được công bố.",
        "en": "This notes the respondent's exact place. An opinion survey seldom needs it; "
        "use the sample's area. The place is never released.",
    },
    "xlsform.missing-name": {
        "vi": "Dòng kiểu “{type}” thiếu tên biến (cột name).",
        "en": "The row of type “{type}” has no variable name.",
    },
    "xlsform.bad-name": {
        "vi": "Tên “{name}” không hợp lệ. Tên bắt đầu bằng chữ cái hoặc dấu gạch dưới, "
        "sau đó chỉ gồm chữ, số, gạch dưới, gạch nối, dấu chấm; không có dấu cách.",
        "en": "The name “{name}” is not valid. A name starts with a letter or underscore, "
        "then only letters, digits, underscores, hyphens, full stops; no spaces.",
    },
    "xlsform.reserved-name": {
        "vi": "Tên “{name}” dành riêng cho hệ thống. Hãy đổi tên khác.",
        "en": "The name “{name}” is reserved. Choose another.",
    },
    "xlsform.duplicate-name": {
        "vi": "Tên “{name}” đã dùng ở dòng {other}. Mỗi câu cần một tên riêng.",
        "en": "The name “{name}” is already used in row {other}. Each question needs its own.",
    },
    "xlsform.name-differs-by-case": {
        "vi": "Tên “{name}” chỉ khác chữ hoa, chữ thường so với dòng {other}. Nhiều phần mềm thống kê coi là một.",
        "en": "The name “{name}” differs from row {other} only by capitals. Many statistics programs see one name.",
    },
    "xlsform.duplicate-repeat": {
        "vi": "Đã có nhóm lặp tên “{name}”. Tên nhóm lặp phải là duy nhất trong cả phiếu.",
        "en": "There is already a repeat “{name}”. Names of repeats are unique in the whole form.",
    },
    "xlsform.unclosed-group": {
        "vi": "Nhóm “{name}” bắt đầu ở đây nhưng không có dòng “end {kind}”.",
        "en": "The {kind} “{name}” begins here, but there is no “end {kind}”.",
    },
    "xlsform.unmatched-end": {
        "vi": "Dòng “end {kind}” này không khớp với nhóm đang mở ({open}).",
        "en": "This “end {kind}” doesn't match what is open ({open}).",
    },
    "xlsform.too-deep": {
        "vi": "Nhóm lồng nhau quá {limit} cấp.",
        "en": "Groups are nested more than {limit} deep.",
    },
    "xlsform.loop-unrolled": {
        "vi": "“begin loop” được coi là một nhóm thường. Hãy dùng nhóm lặp (begin repeat) hoặc viết rõ từng câu.",
        "en": "“begin loop” is taken as an ordinary group. Use a repeat, or write each question out.",
    },
    "xlsform.table-list-filter": {
        "vi": "Bảng câu hỏi (table-list) không dùng được với choice_filter.",
        "en": "A table-list can't have a choice_filter.",
    },
    "xlsform.missing-label": {
        "vi": "Câu “{name}” không có nội dung hỏi (cột label).",
        "en": "The question “{name}” has no label.",
    },
    "xlsform.missing-calculation": {
        "vi": "Biến tính “{name}” không có công thức (cột calculation).",
        "en": "The calculate “{name}” has no calculation.",
    },
    "xlsform.bad-parameters": {
        "vi": "Không hiểu phần “{text}” trong cột parameters. Viết theo dạng khóa=giá_trị, cách nhau bằng dấu cách.",
        "en": "Can't read “{text}” in the parameters. Write key=value pairs with spaces between.",
    },
    "xlsform.unknown-parameter": {
        "vi": "Kiểu “{type}” không có tham số “{parameter}”. Các tham số dùng được: {known}.",
        "en": "The type “{type}” has no parameter “{parameter}”. Known ones: {known}.",
    },
    "xlsform.bad-range": {
        "vi": "Tham số của thang số không hợp lệ: {why}. Cần start, end, step là số, step khác 0 và không lớn hơn khoảng.",
        "en": "The range's parameters are not valid: {why}. start, end and step are numbers; "
        "step is not 0 and not larger than the range.",
    },
    # Lists
    "xlsform.no-choices-sheet": {
        "vi": "Câu này dùng danh sách “{list}” nhưng không có trang tính “choices” (hoặc trang trống).",
        "en": "This question uses the list “{list}”, but there is no sheet “choices” (or it is empty).",
    },
    "xlsform.unknown-list": {
        "vi": "Không có danh sách “{list}” trong trang tính “choices”. Gợi ý: “{meant}”.",
        "en": "There is no list “{list}” on the sheet “choices”. Suggestion: “{meant}”.",
    },
    "xlsform.missing-list": {
        "vi": "Kiểu “{type}” cần tên danh sách, ví dụ “select_one co_khong”.",
        "en": "The type “{type}” needs the name of a list, as in “select_one yes_no”.",
    },
    "xlsform.choice-without-list": {
        "vi": "Lựa chọn này không thuộc danh sách nào (cột list_name trống) nên bị bỏ qua.",
        "en": "This choice belongs to no list (list_name is empty) and was left out.",
    },
    "xlsform.choice-without-name": {
        "vi": "Một lựa chọn của danh sách “{list}” thiếu giá trị (cột name).",
        "en": "A choice of the list “{list}” has no value (column name).",
    },
    "xlsform.choice-without-label": {
        "vi": "Lựa chọn “{value}” của danh sách “{list}” không có nhãn.",
        "en": "The choice “{value}” of the list “{list}” has no label.",
    },
    "xlsform.duplicate-choice": {
        "vi": "Danh sách “{list}” đã có giá trị “{value}” ở dòng {other}. Nếu cố ý, "
        "đặt allow_choice_duplicates = yes trong trang “settings”.",
        "en": "The list “{list}” already has the value “{value}” in row {other}. If that is meant, "
        "set allow_choice_duplicates = yes on the sheet “settings”.",
    },
    "xlsform.choice-with-space": {
        "vi": "Giá trị “{value}” của danh sách “{list}” có dấu cách nên không dùng được cho câu chọn nhiều.",
        "en": "The value “{value}” of the list “{list}” has a space, so it can't be used where several are chosen.",
    },
    "xlsform.bad-choice-column": {
        "vi": "Tên cột “{header}” không dùng được trong choice_filter: chỉ gồm chữ, số, gạch dưới; không có dấu cách.",
        "en": "The column name “{header}” can't be used in a choice_filter: letters, digits, underscores; no spaces.",
    },
    "xlsform.other-with-filter": {
        "vi": "“or_other” không dùng được cùng choice_filter.",
        "en": "“or_other” can't be used with a choice_filter.",
    },
    "xlsform.file-missing": {
        "vi": "Danh sách lấy từ tệp “{file}”. Hãy tải tệp đó lên cùng phiếu.",
        "en": "The list comes from the file “{file}”. Upload that file with the form.",
    },
    "xlsform.file-list-extension": {
        "vi": "“{file}” phải là tên tệp .csv, .xml hoặc .geojson.",
        "en": "“{file}” must be the name of a .csv, .xml or .geojson file.",
    },
    "xlsform.file-list-unreadable": {
        "vi": "Không đọc được tệp “{file}”. Cần CSV mã UTF-8, dòng 1 là tiêu đề, có cột name và label.",
        "en": "The file “{file}” can't be read. It must be CSV in UTF-8 with a header row and columns name and label.",
    },
    "xlsform.file-list-too-long": {
        "vi": "Tệp “{file}” có hơn {limit} dòng.",
        "en": "The file “{file}” has more than {limit} rows.",
    },
    # Experiments
    "xlsform.experiment-incomplete": {
        "vi": "Dòng thử nghiệm này thiếu tên (name) hoặc nhánh (arm).",
        "en": "This row of the experiments sheet lacks its name or its arm.",
    },
    "xlsform.unknown-experiment": {
        "vi": "Không có loại thử nghiệm “{kind}”. Các loại: {known}.",
        "en": "There is no kind of experiment “{kind}”. Kinds: {known}.",
    },
    "xlsform.experiment-two-kinds": {
        "vi": "Thử nghiệm “{name}” được khai hai loại khác nhau.",
        "en": "The experiment “{name}” is declared with two kinds.",
    },
    "xlsform.experiment-without-value": {
        "vi": "Thử nghiệm “{name}” cần một dòng kiểu hidden cùng tên trong trang “survey” để giữ nhánh được phân.",
        "en": "The experiment “{name}” needs a row of type hidden with that name on the survey sheet, to hold the arm.",
    },
    "xlsform.experiment-arm-twice": {
        "vi": "Nhánh “{arm}” của thử nghiệm “{name}” được khai hai lần.",
        "en": "The arm “{arm}” of the experiment “{name}” is declared twice.",
    },
    "xlsform.experiment-one-arm": {
        "vi": "Thử nghiệm “{name}” cần ít nhất hai nhánh.",
        "en": "The experiment “{name}” needs two arms or more.",
    },
    "xlsform.experiment-unknown-question": {
        "vi": "Không có câu hỏi “{question}” trong trang “survey”.",
        "en": "There is no question “{question}” on the survey sheet.",
    },
    "xlsform.experiment-without-question": {
        "vi": "Nhánh “{arm}” của thử nghiệm “{name}” phải nêu câu hỏi của nó.",
        "en": "The arm “{arm}” of the experiment “{name}” must name its question.",
    },
    "xlsform.experiment-probability": {
        "vi": "Thử nghiệm “{name}” ({kind}) cần xác suất của phép ngẫu nhiên, từ 0 đến 1: p khác 0,5 (ví dụ p=0.25); p và unrelated (tỷ lệ “có” đã biết của câu vô hại); hoặc say_yes và say_no có tổng nhỏ hơn 1.",
        "en": "The experiment “{name}” ({kind}) needs the device's probabilities, between 0 and 1: p, not one half (as in p=0.25); p and unrelated (the known share of yes to the harmless question); or say_yes and say_no that sum to less than 1.",
    },
    "xlsform.entities-kept": {
        "vi": "Trang “entities” được giữ cho phần mềm khác; hệ thống này không lập hồ sơ về người hay hộ.",
        "en": "The sheet “entities” is kept for other software; this platform keeps no files on people or households.",
    },
}
