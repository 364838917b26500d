# ruff: noqa: E501 - a catalogue of sentences
"""Sentences of the checker (`lint.*`): what was seen, what harm it does, what a better form is."""

from __future__ import annotations

MESSAGES: dict[str, dict[str, str]] = {
    # Wording
    "lint.double-barrelled": {
        "vi": "Câu “{name}” hỏi hai việc một lúc (“{words}”, {language}): người hài lòng với một việc và không hài lòng với việc kia không có câu trả lời đúng. Hãy tách thành hai câu.",
        "en": "“{name}” asks two things at once (“{words}”, {language}): someone pleased with one and not the other has no true answer. Split it into two questions.",
    },
    "lint.leading": {
        "vi": "Câu “{name}” gợi sẵn câu trả lời (“{words}”, {language}): kết quả lệch về phía được gợi. Hãy hỏi trung lập và nêu cả hai phía, ví dụ “… hay không …”.",
        "en": "“{name}” suggests an answer (“{words}”, {language}): results move to that side. Ask neutrally and name both sides.",
    },
    "lint.loaded": {
        "vi": "Câu “{name}” dùng từ mang sẵn phán xét (“{words}”, {language}): người trả lời phản ứng với từ ngữ chứ không với việc được hỏi. Hãy dùng từ mô tả trung tính.",
        "en": "“{name}” uses a word that judges (“{words}”, {language}): people react to the word, not the matter. Describe it in neutral words.",
    },
    "lint.absolute": {
        "vi": "Câu “{name}” dùng từ tuyệt đối (“{words}”, {language}): hầu như ai cũng phải trả lời “không”. Hãy hỏi mức độ hoặc số lần trong một khoảng thời gian.",
        "en": "“{name}” uses an absolute (“{words}”, {language}): nearly everybody must say no. Ask how often or how much, within a period.",
    },
    "lint.double-negative": {
        "vi": "Câu “{name}” có hai lần phủ định (“{words}”, {language}): nhiều người trả lời ngược ý mình. Hãy viết lại ở dạng khẳng định.",
        "en": "“{name}” negates twice (“{words}”, {language}): many answer the opposite of what they mean. Put it in the positive.",
    },
    "lint.one-sided": {
        "vi": "Câu “{name}” chỉ nêu một phía của thang (“{words}”, {language}): kết quả lệch về phía đó. Hãy nêu cả hai, ví dụ “hài lòng hay không hài lòng”.",
        "en": "“{name}” names one side of the scale only (“{words}”, {language}): results move to that side. Name both, as in “satisfied or dissatisfied”.",
    },
    "lint.vague": {
        "vi": "Câu “{name}” có từ mơ hồ (“{words}”, {language}): mỗi người hiểu một khác nên không so sánh được. Hãy nêu khoảng thời gian và số lần, ví dụ “trong 12 tháng qua”.",
        "en": "“{name}” is vague (“{words}”, {language}): each person measures differently, so answers don't compare. Give a period and a number, as in “in the past 12 months”.",
    },
    "lint.jargon": {
        "vi": "Câu “{name}” có từ chuyên môn hoặc viết tắt (“{words}”, {language}): ai không hiểu sẽ đoán. Hãy dùng lời thường ngày hoặc giải thích ngay trong câu.",
        "en": "“{name}” has jargon or an abbreviation (“{words}”, {language}): those who don't know it guess. Use everyday words, or explain it in the question.",
    },
    "lint.long": {
        "vi": "Câu “{name}” có một câu văn dài {words} tiếng ({language}): khi đọc to, người nghe quên phần đầu. Hãy tách phần giới thiệu ra và hỏi ngắn lại.",
        "en": "“{name}” has a sentence of {words} words ({language}): read aloud, its beginning is forgotten. Put the introduction apart and ask briefly.",
    },
    "lint.agree": {
        "vi": "Câu “{name}” hỏi đồng ý hay không với một ý kiến (“{words}”, {language}): người ta có xu hướng đồng ý cho qua. Hãy hỏi thẳng về việc đó với thang riêng.",
        "en": "“{name}” asks for agreement with a statement (“{words}”, {language}): people tend to agree to be polite. Ask about the matter itself with a scale of its own.",
    },
    # Scales
    "lint.unbalanced-scale": {
        "vi": "Thang “{list}” (câu “{name}”) có {good} mức tích cực và {bad} mức tiêu cực: kết quả lệch về phía nhiều mức hơn. Hãy cho hai phía số mức bằng nhau.",
        "en": "The scale “{list}” (question “{name}”) has {good} favourable and {bad} unfavourable answers: results move to the longer side. Give both sides the same number.",
    },
    "lint.mixed-directions": {
        "vi": "Thang “{list}” (câu “{name}”) đi ngược chiều với thang “{other}”: người trả lời dễ chọn nhầm phía. Hãy xếp mọi thang cùng một chiều.",
        "en": "The scale “{list}” (question “{name}”) runs the other way from “{other}”: people slip to the wrong side. Let all scales run one way.",
    },
    "lint.no-dont-know": {
        "vi": "Thang “{list}” (câu “{name}”) không có “Không biết” hay “Từ chối trả lời”: người không có ý kiến buộc phải bịa. Hãy thêm 98 và 99.",
        "en": "The scale “{list}” (question “{name}”) offers neither don't know nor refusal: those without an opinion must make one up. Add 98 and 99.",
    },
    "lint.no-way-out": {
        "vi": "Câu “{name}” bắt buộc trả lời nhưng không có cách từ chối: người không muốn trả lời sẽ bỏ cuộc hoặc trả lời bừa. Hãy bỏ bắt buộc hoặc thêm 98, 99.",
        "en": "“{name}” must be answered but offers no way out: those unwilling break off or make an answer up. Don't require it, or add 98 and 99.",
    },
    "lint.same-label": {
        "vi": "Danh sách “{list}” có hai lựa chọn {one} và {other} cùng một nhãn: không phân biệt được câu trả lời. Hãy sửa nhãn hoặc bỏ một lựa chọn.",
        "en": "The list “{list}” has two choices, {one} and {other}, with one label: answers can't be told apart. Change a label or remove one.",
    },
    # Structure
    "lint.never-visible": {
        "vi": "Câu “{name}” không bao giờ hiện ra vì điều kiện luôn sai. Hãy sửa điều kiện hoặc bỏ câu.",
        "en": "“{name}” can never be shown: its condition is always false. Mend the condition or remove the question.",
    },
    "lint.contradiction": {
        "vi": "Câu “{name}” đòi “{other}” vừa bằng {one} vừa bằng {two} nên không bao giờ hiện ra. Hãy xem lại điều kiện của câu và của nhóm.",
        "en": "“{name}” wants “{other}” to be both {one} and {two}, so it can never be shown. Look at its condition and its group's.",
    },
    "lint.absent-value": {
        "vi": "Điều kiện của câu “{name}” chờ “{other}” bằng {value}, nhưng danh sách không có giá trị đó. Hãy kiểm tra mã.",
        "en": "The condition of “{name}” waits for “{other}” to be {value}, but its list has no such value. Check the code.",
    },
    "lint.unreachable-choice": {
        "vi": "Lựa chọn {value} của danh sách “{list}” không bao giờ hiện ra: cột {column} có “{has}”, không phải giá trị nào của câu phía trên. Hãy sửa ô đó.",
        "en": "Choice {value} of the list “{list}” is never shown: its column {column} holds “{has}”, which the question above can't have. Mend that cell.",
    },
    "lint.missing-translation": {
        "vi": "Câu “{name}” thiếu bản dịch {language} (cột {cell}): người đọc thấy lẫn ngôn ngữ. Hãy dịch ô này.",
        "en": "“{name}” lacks {language} ({cell}): readers meet another language. Translate the cell.",
    },
    "lint.untranslated-choice": {
        "vi": "Lựa chọn {value} của danh sách “{list}” thiếu bản dịch {language}. Hãy dịch ô này.",
        "en": "Choice {value} of the list “{list}” lacks {language}. Translate the cell.",
    },
    "lint.unused-list": {
        "vi": "Danh sách “{list}” không được câu nào dùng; có thể tên danh sách bị gõ sai ở cột type.",
        "en": "No question uses the list “{list}”; its name may be misspelt in the type column.",
    },
    "lint.sensitive-early": {
        "vi": "Câu “{name}” (thứ {position}) nhạy cảm (“{words}”) nhưng đến quá sớm: khi chưa có tin cậy, nhiều người từ chối hoặc bỏ cuộc. Hãy chuyển về nửa sau.",
        "en": "“{name}” (question {position}) is sensitive (“{words}”) and comes too early: before there is trust, many refuse or break off. Move it to the second half.",
    },
    "lint.demographics-first": {
        "vi": "Phiếu mở đầu bằng {count} câu về bản thân (từ câu “{name}”): giống khai lý lịch nên dễ bị từ chối. Hãy chuyển về cuối, trừ câu dùng để chọn người.",
        "en": "The form opens with {count} questions about the person (from “{name}”): it feels like an official form and invites refusal. Move them to the end, except what selects the person.",
    },
    "lint.too-long": {
        "vi": "Phiếu mất khoảng {minutes} phút, dài hơn {limit} phút: về cuối người ta trả lời qua loa hoặc bỏ cuộc. Hãy bỏ bớt câu không dùng để phân tích.",
        "en": "The form takes about {minutes} minutes, more than {limit}: towards the end people answer carelessly or stop. Remove what the analysis doesn't use.",
    },
}
