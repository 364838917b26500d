# ruff: noqa: E501 (sentences are kept on one line, so that the two languages can be compared)
"""Sentences of the findings of expressions, compilation and answers (`logic.*`, `compile.*`, `answer.*`)."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, str]] = {
    "logic.syntax": {
        "vi": "Không đọc được biểu thức “{expression}”: sai ở ký tự {at}, gần “{near}”.",
        "en": "The expression “{expression}” can't be read: it goes wrong at character {at}, near “{near}”.",
    },
    "logic.curly-quotes": {
        "vi": "Biểu thức “{expression}” có dấu nháy cong ({near}). Hãy thay bằng dấu nháy thẳng ' hoặc \".",
        "en": "The expression “{expression}” has curly quotes ({near}). Use straight ones: ' or \".",
    },
    "logic.too-deep": {
        "vi": "Biểu thức “{expression}” lồng nhau quá nhiều tầng. Hãy tách thành vài câu calculate.",
        "en": "The expression “{expression}” is nested too deep. Split it into several calculate rows.",
    },
    "logic.too-long": {
        "vi": "Biểu thức “{expression}” quá dài. Hãy tách thành vài câu calculate.",
        "en": "The expression “{expression}” is too long. Split it into several calculate rows.",
    },
    "logic.unknown-name": {
        "vi": "Biểu thức “{expression}” nhắc tới ${{{name}}}, nhưng không có câu hỏi nào tên như vậy.",
        "en": "The expression “{expression}” refers to ${{{name}}}, but no question has that name.",
    },
    "logic.ambiguous-name": {
        "vi": "Có nhiều mục tên “{name}”, nên không rõ ${{{name}}} là mục nào. Hãy đổi tên cho khác nhau.",
        "en": "Several rows are named “{name}”, so ${{{name}}} is ambiguous. Rename them.",
    },
    "logic.unquoted-text": {
        "vi": "“{text}” trong “{expression}” không phải tên câu hỏi nên luôn trống. Nếu là chữ, hãy đặt trong dấu nháy: '{text}'.",
        "en": "“{text}” in “{expression}” is no question's name, so it is always blank. If it is text, put it in quotes: '{text}'.",
    },
    "logic.dialect-function": {
        "vi": "Hàm “{name}()” chỉ có trong SurveyCTO; ở đây không có. Hãy thay bằng hàm chuẩn của ODK.",
        "en": "“{name}()” exists only in SurveyCTO, not here. Use a standard ODK function instead.",
    },
    "logic.last-saved": {
        "vi": "${{last-saved#{name}}} lấy câu trả lời của người khác từ lần phỏng vấn trước; ở đây để trống.",
        "en": "${{last-saved#{name}}} takes another person's answer from an earlier interview; here it is left blank.",
    },
    "logic.unknown-function": {
        "vi": "Không có hàm “{name}()”. Hãy xem danh sách hàm trong tài liệu.",
        "en": "There is no function “{name}()”. See the table of functions in the documentation.",
    },
    "logic.arguments": {
        "vi": "Hàm “{name}()” trong “{expression}” có {given} đối số; số lượng này không đúng.",
        "en": "“{name}()” in “{expression}” has {given} arguments; it can't be called like that.",
    },
    "logic.literal-needed": {
        "vi": "Đối số thứ {argument} của “{name}()” phải viết thẳng trong dấu nháy hoặc là ${{tên}}, để kiểm tra được trước.",
        "en": "Argument {argument} of “{name}()” must be written out in quotes, or be a ${{name}}, so it can be checked.",
    },
    "logic.unknown-path": {
        "vi": "Đường dẫn “{path}” trong “{expression}” không dẫn tới câu hỏi nào.",
        "en": "The path “{path}” in “{expression}” leads to no question.",
    },
    "logic.unsupported-path": {
        "vi": "Không hỗ trợ đường dẫn “{path}” trong “{expression}”. Hãy dùng ${{tên}} hoặc indexed-repeat().",
        "en": "The path “{path}” in “{expression}” is not supported. Use ${{name}} or indexed-repeat().",
    },
    "logic.axis-not-in-collect": {
        "vi": "“{expression}” dùng trục “{axis}”, ODK Collect không chạy được. Hãy dùng ${{tên}}.",
        "en": "“{expression}” uses the axis “{axis}”, which ODK Collect can't run. Use ${{name}}.",
    },
    "logic.not-in-collect": {
        "vi": "ODK Collect không có hàm “{name}()”: biểu mẫu sẽ dừng lại khi đang phỏng vấn bằng ứng dụng đó.",
        "en": "ODK Collect lacks “{name}()”: the form would stop in the middle of an interview in that app.",
    },
    "logic.not-its-repeat": {
        "vi": "“{name}” không nằm trong nhóm lặp “{repeat}”, nên indexed-repeat() không có nghĩa.",
        "en": "“{name}” is not inside the repeat “{repeat}”, so indexed-repeat() means nothing here.",
    },
    "logic.no-choices": {
        "vi": "jr:choice-name() cần câu hỏi có danh sách lựa chọn; “{name}” không có.",
        "en": "jr:choice-name() needs a question with a choice list; “{name}” has none.",
    },
    "logic.unknown-table": {
        "vi": "“{expression}” cần bảng dữ liệu “{name}”, nhưng bảng đó chưa được gửi kèm.",
        "en": "“{expression}” needs the table “{name}”, which was not supplied.",
    },
    "logic.unknown-column": {
        "vi": "“{expression}” nhắc tới cột “{name}”, nhưng danh sách không có cột đó.",
        "en": "“{expression}” refers to the column “{name}”, which the list doesn't have.",
    },
    "logic.cycle": {
        "vi": "Các mục này phụ thuộc vòng tròn vào nhau: {loop}. Hãy bỏ một mắt xích.",
        "en": "These depend on each other in a circle: {loop}. Remove one of the links.",
    },
    "logic.reads-own-column": {
        "vi": "“{name}” đọc chính nó ở các lần lặp khác: chỉ đúng khi đọc lần lặp trước đó.",
        "en": "“{name}” reads itself in other instances: this works only for instances before its own.",
    },
    "logic.bare-condition": {
        "vi": "“{expression}” dùng ${{{name}}} như một điều kiện; các ứng dụng hiểu khác nhau. Hãy viết rõ: ${{{name}}} != ''.",
        "en": "“{expression}” uses ${{{name}}} as a condition; apps read that differently. Say what is meant: ${{{name}}} != ''.",
    },
    "logic.text-as-number": {
        "vi": "“{expression}” tính toán hoặc so sánh hơn kém với “{name}”, vốn là câu chữ: phần lớn câu trả lời sẽ không so được.",
        "en": "“{expression}” calculates or compares with “{name}”, which is text: most answers won't compare.",
    },
    "logic.multiple-compared": {
        "vi": "“{name}” cho chọn nhiều mục nên “{expression}” chỉ đúng khi chọn đúng một mục. Hãy dùng selected().",
        "en": "“{name}” takes several answers, so “{expression}” holds only when exactly one is chosen. Use selected().",
    },
    "logic.unknown-choice": {
        "vi": "“{expression}” so “{name}” với “{value}”, nhưng danh sách của câu đó không có giá trị này.",
        "en": "“{expression}” compares “{name}” with “{value}”, which is not in its list.",
    },
    "logic.blanks-in-sum": {
        "vi": "Ô trống trong “{name}” được bỏ qua khi tính sum() (như ODK Collect); ứng dụng khác cho kết quả trống.",
        "en": "Blanks in “{name}” are skipped by sum() (as in ODK Collect); other apps give a blank.",
    },
    "logic.position-in-path": {
        "vi": "“{expression}” chỉ định vị trí trong đường dẫn “{path}[…]”: ODK Collect cho kết quả trống. Hãy dùng indexed-repeat().",
        "en": "“{expression}” has a position in the path “{path}[…]”: ODK Collect gives a blank. Use indexed-repeat().",
    },
    "logic.absolute-in-repeat": {
        "vi": "“{expression}” dùng đường dẫn tuyệt đối vào chính nhóm lặp “{repeat}”: ở đây là mọi lần lặp, ODK Collect chỉ lấy lần đang hỏi.",
        "en": "“{expression}” has an absolute path into its own repeat “{repeat}”: here it means all instances, in ODK Collect the own one.",
    },
    "logic.date-pattern": {
        "vi": "Mẫu ngày “{pattern}” có ký hiệu {mark} mà các ứng dụng không hiểu. Hãy dùng %Y, %m, %d, %b, %a, %H, %M hoặc %S.",
        "en": "The date pattern “{pattern}” holds {mark}, which no app understands. Use %Y, %m, %d, %b, %a, %H, %M or %S.",
    },
    "logic.regex-unanchored": {
        "vi": "Mẫu “{pattern}” không có ^ ở đầu và $ ở cuối: ODK Collect so cả câu trả lời, ứng dụng khác chỉ tìm một đoạn.",
        "en": "The pattern “{pattern}” lacks ^ and $: ODK Collect matches the whole answer, other apps search inside it.",
    },
    "logic.regex-unsupported": {
        "vi": "Mẫu “{pattern}” có phần “{near}” mà máy chủ và điện thoại không chắc hiểu như nhau. Hãy viết lại đơn giản hơn.",
        "en": "The pattern “{pattern}” has “{near}”, which server and phone may not read alike. Write it more simply.",
    },
    "logic.regex-explodes": {
        "vi": "Mẫu “{pattern}” có thể làm máy treo với câu trả lời dài (phần “{near}” khớp theo nhiều cách). Hãy viết lại.",
        "en": "The pattern “{pattern}” can hang on a long answer (“{near}” matches in many ways). Rewrite it.",
    },
    "logic.regex-too-long": {
        "vi": "Mẫu “{pattern}” quá dài.",
        "en": "The pattern “{pattern}” is too long.",
    },
    "compile.duplicate-name": {
        "vi": "Tên “{name}” đã dùng ở dòng {first}. Mỗi câu hỏi trong cùng một phần lặp cần tên riêng.",
        "en": "The name “{name}” is used in row {first} already. Names are unique within a repeat.",
    },
    "compile.unknown-list": {
        "vi": "Không có danh sách hay bảng “{list}”.",
        "en": "There is no list or table “{list}”.",
    },
    "compile.unknown-mode": {
        "vi": "Không hiểu dl::mode “{text}”. Ghi self (người trả lời tự điền) hoặc showcard (cho xem thẻ trả lời).",
        "en": "The mode “{text}” is not understood. Write self (the respondent answers alone) or showcard.",
    },
    "compile.unknown-consent": {
        "vi": "Không hiểu dl::consent “{text}”. Chỉ ghi media, ở dòng loại note, để xin phép chụp ảnh và ghi âm.",
        "en": "The consent “{text}” is not understood. Write media, on a note: it asks for leave to take photos.",
    },
    "compile.unknown-order": {
        "vi": "Không hiểu thứ tự “{text}”. Các cách viết: reverse_if(…), swap_if(…), randomize, kèm keep=98,99.",
        "en": "The order “{text}” is not understood. Write reverse_if(…), swap_if(…) or randomize, with keep=98,99.",
    },
    "answer.required": {
        "vi": "Cần trả lời câu này.",
        "en": "An answer is needed.",
    },
    "answer.constraint": {
        "vi": "Câu trả lời không hợp lệ.",
        "en": "The answer doesn't fit.",
    },
    "answer.warning": {
        "vi": "Xin kiểm tra lại câu trả lời.",
        "en": "Please check this answer.",
    },
    "answer.unknown-question": {
        "vi": "Bảng hỏi không có câu “{name}”; giá trị được giữ nguyên trong bản gốc, không đưa vào phân tích.",
        "en": "The questionnaire has no question “{name}”; the value stays in the raw record and is not analysed.",
    },
}
