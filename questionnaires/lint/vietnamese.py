# ruff: noqa: E501 - lists of words
"""Wording of questions in Vietnamese: patterns and small readings of the sentence.

`không` at the end of a question is a question mark, not a negation, and `hay không ...` names the other side of
a scale; both are taken off before negations are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Found = tuple[str, str]

_I = re.IGNORECASE
_SENTENCE = re.compile(r"(?<=[.?!:…])\s+|\n")
_BRACKETS = re.compile(r"\([^)]*\)")


def _any(*patterns: str) -> re.Pattern[str]:
    """One pattern of many: any of them, whatever the case."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), _I)


LONGEST_SENTENCE = 42

#: Verbs of judging: a question that holds one asks for an opinion, so two objects are two questions.
_JUDGED = re.compile(
    r"hài lòng|đánh giá|ủng hộ|tin tưởng|tin vào|thấy|cho rằng|nghĩ|đồng ý|tốt hay|nhận xét|thế nào|ra sao"
    r"|hay không|đến mức nào|hợp lý|đủ|quan tâm|lo lắng|\bcó\b.*\bkhông\s*(?:ạ)?\s*\?", _I,
)  # fmt: skip
_JOINED = re.compile(r"\s(và|lẫn|cũng như|đồng thời|cùng với)\s", _I)
#: Questions of fact: places, memberships, dates; `và` between two of them is one thing or a plain list.
_FACT = re.compile(
    r"\b(?:sống cùng|còn sống|trụ sở|cơ sở|tháng \d|ngày|bao nhiêu|mấy|thành viên|tham gia|nói được|có con|sinh|"
    r"tuổi|giới tính|địa bàn|học vấn|nghề)\b", _I,
)  # fmt: skip
#: Pairs that name one thing.
_PAIRS = re.compile(
    r"kinh tế và xã hội|văn hóa và thể thao|thương binh và xã hội|giáo dục và đào tạo|tài nguyên và môi trường"
    r"|khoa học và công nghệ|nông nghiệp và (?:môi trường|phát triển nông thôn)|ăn và ở|ông và bà|(?:cha|bố) và mẹ"
    r"|ông/bà và (?:vợ|chồng)|vợ và chồng|xã và phường|lao động và việc làm|bảo hiểm và an sinh|đêm và ngày|ngày và đêm|đúng và đủ"
    r"|hội đồng nhân dân và ủy ban nhân dân|đền bù và tái định cư|bồi thường và tái định cư|phòng và chống"
    r"|phòng cháy và chữa cháy|nhà và đất|đất và nhà|xây dựng và phát triển|trật tự và an toàn xã hội", _I,
)  # fmt: skip

_LEADING = _any(
    r"^hẳn\b", r"\bhẳn (?:là|ông/bà|cũng)", r"\bchắc (?:cũng|ông/bà)", r"(?:công nhận|thừa nhận|đồng tình|nhất trí) (?:rằng|là|với)",
    r"\bkhông ai (?:muốn|thích|lại)", r"\bai (?:chẳng|mà không|lại không)", r"^vì (?:lợi ích|tương lai|sức khỏe|con em|mọi người)[^?]*,",
    r"\bđể (?:góp phần|bảo vệ|giúp)[^?,]*, ông/bà", r"là (?:công dân|người) (?:tốt|có trách nhiệm|gương mẫu)", r"lẽ ra", r"đáng lẽ",
    r"\bdù sao\b", r"\bđương nhiên\b", r"có lẽ nào", r"\bhiển nhiên\b", r"theo (?:quy luật|khoa học|nghiên cứu)",
    r"\bkhông (?:thể )?phủ nhận\b", r"\bchắc chắn\b", r"\bphải thế không\b", r"\bnhỉ\s*\?", r"\bđấy chứ\b",
    r"chắc (?:hẳn|là|chắn)", r"như (?:mọi người|ông/bà|chúng ta|ai cũng|bạn)?\s*(?:đều|đã|cũng)?\s*biết",
    r"ai (?:cũng|mà chẳng) (?:biết|thấy|hiểu)", r"rõ ràng (?:là|rằng)", r"tất nhiên", r"đương nhiên", r"dĩ nhiên",
    r"hiển nhiên", r"đúng không\b(?! đúng)", r"phải không\b", r"\bcó phải\b(?!.*\bhay\b)(?! trả| nộp| đóng| đi| chờ| làm)",
    r"không phải (?:là|sao)\b", r"\bsao\s*\?\s*$(?<!thì sao\?)(?<!ra sao\?)(?<!làm sao\?)(?<!thấy sao\?)(?<!nghĩ sao\?)(?<!vì sao\?)",
    r"chẳng (?:lẽ|phải)", r"lẽ nào", r"\bchứ\s*(?:ạ)?\s*\?", r"(?:các )?chuyên gia (?:cho|nói|khẳng định|đều)",
    r"(?:đa số|phần lớn|hầu hết) (?:người|bà con|nhân dân|các hộ)", r"(?:đã|đang) (?:rất|hết sức) (?:cố gắng|nỗ lực|quan tâm)",
    r"có (?:thấy|nghĩ|cho) rằng\b", r"không (?:nghĩ|thấy|cho) rằng", r"nên chăng", r"theo (?:các )?nhà khoa học",
    r"có đồng ý (?:rằng|là)\b",
)  # fmt: skip
_AGREE = _any(
    r"đồng ý hay không(?: đồng ý)?\s*\?\s*$", r"[”\"]\s*[:,–-]?\s*(?:ông/bà )?(?:có )?đồng ý", r"có đúng với (?:suy nghĩ|ý kiến) của ông/bà",
    r"tán thành (?:ý kiến|nhận định|quan điểm)",
    r"đồng ý(?: hay không đồng ý)? (?:rằng|với (?:ý kiến|nhận định|câu|phát biểu|quan điểm|các ý kiến))",
    r"mức độ đồng ý", r"đồng ý đến mức nào", r"đồng ý ở mức (?:độ )?nào", r"hoàn toàn đồng ý",
)  # fmt: skip
_LOADED = _any(
    r"cẩu thả", r"hư hỏng", r"làm tiền", r"gây khó dễ", r"nhân văn", r"\bđám\b", r"ưu việt", r"nhức nhối", r"vô lý", r"tắc trách",
    r"qua loa", r"chây ì", r"đùn đẩy", r"sách nhiễu", r"hống hách", r"phiền hà", r"ăn bám", r"chặt chém", r"lừa đảo", r"thủ đoạn",
    r"tàn nhẫn", r"dã man", r"hủy hoại", r"bức tử", r"đầu độc", r"anh hùng", r"mẫu mực", r"tận tụy", r"hết lòng", r"rực rỡ",
    r"\bto lớn\b", r"đột phá", r"sâu sát", r"côn đồ", r"đầu gấu", r"nghiện ngập", r"trục lợi", r"lợi ích nhóm", r"móc ngoặc",
    r"chạy chọt", r"cò mồi", r"bảo kê", r"bao che", r"dung túng", r"tùy tiện", r"mập mờ", r"khuất tất", r"áp đặt", r"lãng phí",
    r"bất cập", r"vô tâm", r"thờ ơ", r"ngang ngược", r"coi thường", r"cướp", r"chèn ép", r"o ép", r"hà khắc", r"tồi\b", r"bẩn thỉu",
    r"nhếch nhác", r"đáng (?:ghét|sợ|lên án|khen|tự hào|buồn|lo ngại)", r"vô ích", r"nực cười", r"mị dân", r"tuyệt hảo", r"vượt bậc",
    r"xứng đáng", r"gương mẫu", r"thiêng liêng", r"cao cả", r"phản động", r"chống đối", r"kích động", r"phá rối", r"nhố nhăng",
    r"tệ nạn (?:quan liêu|tham ô)", r"quan liêu", r"hách dịch", r"vòi vĩnh", r"nhũng nhiễu", r"hạch sách", r"cửa quyền",
    r"thối nát", r"bê bối", r"tàn phá", r"bóc lột", r"tràn lan", r"bừa bãi", r"lộn xộn", r"bức xúc", r"phẫn nộ",
    r"vĩ đại", r"xuất sắc", r"tuyệt vời", r"đúng đắn", r"sáng suốt", r"\bbọn\b", r"\blũ\b", r"kẻ xấu", r"vô trách nhiệm",
    r"vô cảm", r"lười biếng", r"tham lam", r"đáng xấu hổ", r"thảm hại", r"tồi tệ", r"trắng trợn", r"lộng hành", r"ăn chặn",
    r"phá hoại", r"yếu kém", r"trì trệ", r"lạm quyền", r"tiêu cực nghiêm trọng", r"bất công",
)  # fmt: skip
_ABSOLUTE = _any(
    r"\b(?:ngày|lần|năm|đêm|tháng|hôm) nào (?:\S+ )?cũng", r"\bcó bao giờ\b", r"\bkhông ai\b", r"\bai cũng\b", r"\blúc nào\b", r"chẳng ai",
    r"(?:đâu đâu|ở đâu|chỗ nào) cũng", r"suốt ngày", r"mãi mãi", r"\bcả đời\b", r"\btriệt để\b", r"\bmột trăm phần trăm\b", r"\b100%",
    r"\bhoàn toàn không\b", r"\bkhông một ai\b", r"\bkhông hề\b", r"\bchỉ toàn\b", r"\btất cả\b(?! bao nhiêu)",
    r"luôn luôn", r"\bluôn\b(?! tiện)", r"lúc nào cũng", r"không bao giờ", r"chưa bao giờ", r"chẳng bao giờ",
    r"\bmọi\b(?! người dân)(?!.*như mọi người)", r"tất cả (?:mọi|các|những)", r"hoàn toàn (?!ủng hộ|phản đối|không)",
    r"tuyệt đối", r"bất (?:cứ|kỳ|kể) ai", r"bất (?:cứ|kỳ) lúc nào", r"duy nhất chỉ", r"ai ai cũng", r"toàn bộ (?:mọi|người)",
)  # fmt: skip
_NOT_ABSOLUTE = re.compile(r"như mọi người|ai cũng biết", _I)
#: Constructs with two sides: asked by one side they suggest it. Trust, interest, weight have one side only.
_TWO_SIDED = (
    r"hài lòng|ủng hộ|dễ dàng|dễ hiểu|dễ|tốt|trong|kịp thời|đầy đủ|đúng hẹn|đáng tin(?: cậy)?|chu đáo|lịch sự|khang trang|tiện|ngon|bền|chính xác|đáng hài lòng|thoáng|yên tĩnh|thân thiện|chuyên nghiệp|công khai|an toàn|công bằng|thuận tiện|thuận lợi|nhanh|sạch(?: sẽ)?|rõ ràng|hiệu quả"
    r"|tận tình|nhiệt tình|minh bạch|hợp lý|yên tâm|hạnh phúc|chất lượng cao|đẹp|tích cực"
)
_DEGREE = (
    r"(?:đến mức (?:độ )?nào|ở mức (?:độ )?nào|tới mức nào|như thế nào|thế nào|ra sao|đến đâu|bao nhiêu phần)"
)
_ONE_SIDED = re.compile(rf"\b(?:{_TWO_SIDED})\b(?P<between>[^?.;]*?)\b{_DEGREE}", _I)
_OTHER_SIDE = re.compile(
    r"\bhay\b|\bhoặc\b|không hài lòng|phản đối|\bkém\b|\bkhó\b|\bxấu\b|nguy hiểm|chậm|bẩn", _I
)
_VAGUE = _any(
    r"\b(?:ông/bà|gia đình|bà con) (?:có )?hay (?=đi|đọc|xem|nghe|dùng|gặp|ăn|uống|mua|nói|hỏi|vào|lên|ra|sang|đến|làm|tham gia|bị)",
    r"\bcó hay (?=đi|đọc|xem|nghe|dùng|gặp|ăn|uống|mua|nói|hỏi|vào|lên|ra|sang|đến|làm|tham gia|bị|mất|tắc|trễ)",
    r"\bmới đây\b", r"\bnăng (?=đi|đọc|xem|nghe|dùng|gặp|mua|tham gia|lui tới)", r"đều đặn", r"nhiều lần", r"thi thoảng", r"lâu lâu", r"\bvài lần",
    r"\btừ lâu\b", r"\bsắp tới\b", r"trong tương lai", r"\bđợt này\b", r"\bngày trước\b", r"\bthời gian này\b", r"\bmấy hôm\b", r"\bthường hay\b",
    r"thường xuyên", r"gần đây(?! nhất)", r"(?<!\d tháng )thời gian (?:vừa )?qua", r"dạo (?:này|gần đây)",
    r"lâu nay", r"bấy lâu", r"thỉnh thoảng", r"đôi khi", r"ít khi", r"hiếm khi", r"trước đây(?! \d)", r"những năm gần đây",
    r"mấy năm (?:nay|gần đây)", r"\b(?:đọc|xem|nghe|dùng|đi|gặp|ăn|uống|mua) nhiều\b(?! hay)", r"một vài lần", r"thời buổi này",
    r"hồi (?:trước|xưa)", r"khá nhiều lần", r"vừa rồi(?! \d)(?=[^\d]*\?)",
)  # fmt: skip
_MEASURED = re.compile(
    r"(?:\d|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười) (?:ngày|tuần|tháng|năm|giờ)|tháng \d|năm \d{4}|tuần (?:qua|này)|tháng trước|hôm qua",
    _I,
)
_JARGON = _any(
    r"toàn trình", r"phân quyền", r"tinh gọn bộ máy", r"\bđồng bộ hóa\b", r"chế tài", r"biên chế", r"tài chính công", r"quản trị công",
    r"cơ chế đặc thù", r"hành lang pháp lý", r"\bđô thị thông minh\b", r"kinh tế tuần hoàn", r"vốn đối ứng", r"tái cơ cấu", r"an sinh xã hội bao trùm",
    r"giá trị gia tăng", r"thẩm định giá", r"khung giá", r"trích lập", r"đối tượng bảo trợ", r"đa chiều",
    r"hậu kiểm", r"tiền kiểm", r"một cửa liên thông", r"\bliên thông\b", r"giải ngân", r"quy hoạch phân khu",
    r"tỷ lệ 1/\d+", r"xã hội hóa", r"hệ số k\b", r"định mức", r"dự phòng ngân sách", r"công tác (?:cải cách|dân vận)",
    r"phân cấp", r"ủy quyền hành chính", r"số hóa quy trình", r"hệ sinh thái số", r"chỉ số (?:năng lực|cải cách)",
    r"thiết chế", r"nội hàm", r"lũy tiến", r"chuyển đổi mục đích sử dụng", r"nghĩa vụ tài chính về đất",
)  # fmt: skip
_ACRONYM = re.compile(r"(?<![\w/])[A-ZĐ]{2,6}(?:-[A-ZĐ]{2,4})?(?![\w/])")
_KNOWN = frozenset({"TV", "VN", "SMS", "USB", "QR", "SIM", "TP", "HIV", "VTV", "AM", "FM", "ID"})
_SYLLABLE = re.compile(
    r"(?:B|C|CH|D|Đ|G|GH|GI|H|K|KH|L|M|N|NG|NGH|NH|P|PH|QU|R|S|T|TH|TR|V|X)?[AĂÂEÊIOÔƠUƯY]{1,3}(?:C|CH|M|N|NG|NH|P|T)?\Z"
)
_SHOUTED = re.compile(r"(?:\b[A-ZĐÀ-Ỹ]{2,}\b\s+){1,}\b[A-ZĐÀ-Ỹ]{2,}\b")
_NEGATION = re.compile(r"\b(?:không|chưa|chẳng|chả|đừng)\b(?! lẽ)", _I)
_BANS = re.compile(
    r"\b(?:cấm|bỏ (?:quy định|lệnh|việc|yêu cầu)|dỡ bỏ|hủy bỏ|phản đối|từ chối|bãi bỏ|ngăn cản|lệnh cấm|loại trừ)\b",
    _I,
)
_QUESTION_END = re.compile(
    r"(?:\b(?:hay|hoặc) )?(?:có )?\b(?:không|chưa)\b(?: ạ| nhỉ| vậy)?\s*(?=[?,;.]|$)"
    r"|\bhay (?:là )?(?:không|chưa)\b[^?,;.]*|\b(?:phải|đúng) không\b|\bvì sao\b.*|\blý do\b.*", _I,
)  # fmt: skip


def find(text: str) -> Iterator[Found]:
    """(problem, the words that show it), each problem at most once."""
    text = "\n".join(" ".join(line.split()) for line in _BRACKETS.sub(" ", text).splitlines())
    asked = _asked(text)
    yield from _first("leading", _LEADING, text)
    yield from _first("agree", _AGREE, text)
    yield from _first("loaded", _LOADED, text)
    if not _NOT_ABSOLUTE.search(text):
        yield from _first("absolute", _ABSOLUTE, asked)
    yield from _double_barrelled(asked)
    yield from _double_negative(asked)
    yield from _one_sided(asked)
    if not _MEASURED.search(text):
        yield from _first("vague", _VAGUE, asked)
    yield from _jargon(text)
    longest = max(_SENTENCE.split(text), key=lambda s: len(s.split()), default="")
    if len(longest.split()) > LONGEST_SENTENCE:
        yield "long", f"{len(longest.split())}"


def _asked(text: str) -> str:
    """The sentence that asks: the one with a question mark, else the last."""
    sentences = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    questions = [sentence for sentence in sentences if "?" in sentence]
    return questions[-1] if questions else (sentences[-1] if sentences else "")


def _first(code: str, pattern: re.Pattern[str], text: str) -> Iterator[Found]:
    match = pattern.search(text)
    if match:
        yield code, match[0].strip()


def _double_barrelled(asked: str) -> Iterator[Found]:
    reduced = _PAIRS.sub("…", asked)
    joined = _JOINED.search(reduced)
    if joined is None or not _JUDGED.search(reduced):
        return
    before, after = reduced[: joined.start()], reduced[joined.end() :]
    if _FACT.search(reduced) and not re.search(r"hài lòng|đánh giá|ủng hộ|tin tưởng|thấy", reduced, _I):
        return
    if before.rstrip().endswith(",") and joined[1].lower() == "và":
        return
    left, right = before.split()[-2:], after.split()[:2]
    yield "double-barrelled", " ".join([*left, joined[1], *right]).strip(" ?,.")


def _double_negative(asked: str) -> Iterator[Found]:
    reduced = _QUESTION_END.sub(" ", asked)
    negations = _NEGATION.findall(reduced)
    bans = _BANS.findall(
        re.sub(r"ủng hộ hay phản đối|phản đối hay ủng hộ|đồng ý hay phản đối", " ", reduced, flags=_I)
    )
    sided = re.search(r"\b(?:ủng hộ|phản đối)\b", reduced, _I)
    if (
        len(negations) >= 2
        or (negations and bans)
        or (sided and negations and re.search(r"việc không", reduced, _I))
    ):
        yield "double-negative", " … ".join([*negations[:2], *bans[:1]])


def _one_sided(asked: str) -> Iterator[Found]:
    match = _ONE_SIDED.search(asked)
    if match is None or _OTHER_SIDE.search(asked):
        return
    yield "one-sided", " ".join([*match[0].split()[:3], "…", *match[0].split()[-3:]])


def _jargon(text: str) -> Iterator[Found]:
    known = _JARGON.search(text)
    if known:
        yield "jargon", known[0]
        return
    for acronym in _ACRONYM.findall(_SHOUTED.sub(" ", text)):
        if acronym not in _KNOWN and not _SYLLABLE.match(acronym):
            yield "jargon", acronym
            return
