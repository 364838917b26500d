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
#: Two qualities asked for in one yes or no: `sạch sẽ, đủ thuốc không`.
_LISTED = re.compile(
    r"\bcó [^,?]*, (?:đủ|sạch|rẻ|nhanh|đẹp|an toàn|tiện|tốt|rõ|dễ|đúng|kịp|lịch sự|nhiệt tình|thoáng|yên|công bằng|minh bạch|vừa)\b[^?]*\bkhông\b", _I,
)  # fmt: skip
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
    r"^hẳn\b", r"\bhẳn (?:là|ông/bà|cũng)", r"\bchắc (?:cũng|ông/bà)", r"(?:công nhận|thừa nhận|đồng tình|nhất trí) (?:rằng|là|với)(?! (?:nhận định|ý kiến|quan điểm|phát biểu|câu))",
    r"\bkhông ai (?:muốn|thích|lại)", r"\bai (?:chẳng|mà không|lại không)", r"^vì (?:lợi ích|tương lai|sức khỏe|con em|mọi người)[^?]*,",
    r"\bđể (?:góp phần|bảo vệ|giúp)[^?,]*, ông/bà", r"là (?:công dân|người) (?:tốt|có trách nhiệm|gương mẫu)", r"lẽ ra", r"đáng lẽ",
    r"\bdù sao\b", r"\bđương nhiên\b", r"có lẽ nào", r"\bhiển nhiên\b", r"theo (?:quy luật|khoa học|nghiên cứu)",
    r"\bkhông (?:thể )?phủ nhận\b", r"\bchắc chắn\b", r"\bphải thế không\b", r"\bnhỉ\s*\?", r"\bđấy chứ\b",
    r"chắc (?:hẳn|là|chắn)", r"như (?:mọi người|ông/bà|chúng ta|ai cũng|bạn)?\s*(?:đều|đã|cũng)?\s*biết",
    r"^là [^?,]{3,40},", r"^(?:vì|do|bởi|trước việc|trước tình trạng) [^?]{4,60}, (?:có nên|ông/bà|theo ông/bà)", r"\b(?:vì sao|tại sao) ông/bà (?:lại )?(?:thích|ủng hộ|tin|hài lòng|ghét|phản đối|muốn|chán|không thích|yêu)",
    r"\bgây (?:ra )?(?:những |cho [^?]{2,20})?(?:khó khăn|thiệt hại|phiền|tổn thất|bức xúc|ô nhiễm)[^?]*\bgì\b", r"(?:bác sĩ|thầy cô|giáo viên|kỹ sư|nghiên cứu|khảo sát|thống kê|báo cáo|cơ quan chức năng|pháp luật)[^.?]{0,20}(?:khuyên|cho biết|cho thấy|chứng minh|cảnh báo|khẳng định|nêu rõ)",
    r"(?:giống|cũng) như (?:mọi người|đa số|bà con|nhiều người)", r"\bcũng (?:thấy|nghĩ|mong|muốn|đồng ý)\b", r"(?:mang lại|đem lại) (?:những )?lợi ích gì\b", r"đã (?:được )?cải thiện (?:nhiều|ra sao|thế nào)",
    r"ai (?:cũng|mà chẳng) (?:biết|thấy|hiểu)", r"rõ ràng (?:là|rằng)", r"tất nhiên", r"đương nhiên", r"dĩ nhiên",
    r"hiển nhiên", r"(?<!không )đúng không\b(?! đúng)", r"phải không\b", r"\bcó phải\b(?!.*\bhay\b)(?! trả| nộp| đóng| đi| chờ| làm)",
    r"không phải (?:là|sao)\b", r"\bsao\s*\?\s*$(?<!thì sao\?)(?<!ra sao\?)(?<!làm sao\?)(?<!thấy sao\?)(?<!nghĩ sao\?)(?<!vì sao\?)",
    r"chẳng (?:lẽ|phải)", r"lẽ nào", r"\bchứ\s*(?:ạ)?\s*\?", r"(?:các )?chuyên gia (?:cho|nói|khẳng định|đều)",
    r"(?:đa số|phần lớn|hầu hết) (?:người|bà con|nhân dân|các hộ)", r"(?:đã|đang) (?:rất|hết sức) (?:cố gắng|nỗ lực|quan tâm)",
    r"có (?:thấy|nghĩ|cho) rằng\b", r"không (?:nghĩ|thấy|cho) rằng", r"nên chăng", r"theo (?:các )?nhà khoa học",
    r"có đồng ý (?:rằng|là)\b",
)  # fmt: skip
_AGREE = _any(
    r"đồng ý hay không(?: đồng ý)?\s*\?\s*$", r"[”\"]\s*[:,–-]?\s*(?:ông/bà )?(?:có )?đồng ý", r"có đúng với (?:suy nghĩ|ý kiến) của ông/bà",
    r"(?:tán thành|đồng tình|nhất trí|tán đồng) (?:với )?(?:các )?(?:ý kiến|nhận định|quan điểm|phát biểu|câu)", r"\bđúng hay sai\b", r"(?:ý kiến|nhận định|câu) (?:này|sau|trên) (?:có )?đúng\b",
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
    r"vĩ đại", r"xuất sắc", r"tuyệt vời", r"đúng đắn", r"sáng suốt", r"\bbọn\b", r"\blũ\b(?! lụt| quét| ống| lớn| về)", r"kẻ xấu", r"vô trách nhiệm",
    r"vô cảm", r"lười biếng", r"tham lam", r"đáng xấu hổ", r"thảm hại", r"tồi tệ", r"trắng trợn", r"lộng hành", r"ăn chặn",
    r"vô tội vạ", r"cắt cổ", r"trên trời", r"tận tâm", r"hết mình", r"tận tình giúp", r"quên mình", r"tâm huyết", r"vẻ vang", r"tự hào", r"kiên cường", r"anh minh", r"thần tốc", r"ngoạn mục", r"hoành tráng",
    r"bê tha", r"ngu ngốc", r"ngu dốt", r"điên rồ", r"viển vông", r"hão huyền", r"phi lý", r"thất bại", r"thảm họa", r"tai họa", r"kinh hoàng", r"khủng khiếp", r"ghê tởm", r"tởm lợm", r"đen tối", r"mờ ám", r"ám muội", r"gian dối", r"gian lận", r"lươn lẹo",
    r"bịp", r"dối trá", r"vơ vét", r"đục khoét", r"bòn rút", r"tham nhũng vặt", r"ăn hối lộ", r"ăn bớt", r"rút ruột", r"phè phỡn", r"xa hoa", r"hoang phí", r"ăn chơi", r"lêu lổng", r"du côn", r"tay sai", r"hung hãn", r"hung hăng", r"ngang nhiên",
    r"đè đầu", r"bắt nạt", r"hành dân", r"làm khó", r"nhiêu khê", r"lằng nhằng", r"rườm rà", r"bất nhân", r"bất lương", r"nhẫn tâm", r"cướp trắng", r"bần cùng", r"khốn khổ", r"lay lắt", r"oan ức", r"tang thương", r"ngạt thở", r"chết chóc", r"hôi thối", r"đáng thương",
    r"phá hoại", r"yếu kém", r"trì trệ", r"lạm quyền", r"tiêu cực nghiêm trọng", r"bất công",
)  # fmt: skip
_ABSOLUTE = _any(
    r"\b(?:ngày|lần|năm|đêm|tháng|hôm) nào (?:\S+ )?cũng", r"\bcó bao giờ\b", r"\bkhông ai\b", r"\bai cũng\b", r"\blúc nào\b", r"chẳng ai",
    r"\b(?:ngày|lần|năm|đêm|tháng|hôm|nhà|người|cán bộ|hộ|chuyến) nào\b[^?]{0,40}\bcũng\b", r"\bcả (?:xóm|thôn|xã|làng|nhà|tỉnh|phường|khu|huyện|nước) (?:\S+ )?(?:đều|cùng)\b", r"\b(?:các|những) [^?]{2,25} đều\b(?! đặn)",
    r"\bhết (?:các|mọi|tất cả|những|thảy)\b", r"24/(?:24|7)", r"quanh năm", r"\bkhông có (?:gì|ai|một)\b", r"\bchẳng có (?:gì|ai)\b", r"\bchỉ [^?]{2,30} (?:thôi|duy nhất)\b", r"dù (?:thế nào|ở đâu|ai)", r"bất kể", r"\bkhông thể nào\b",
    r"(?:đâu đâu|ở đâu|chỗ nào) cũng", r"suốt ngày", r"mãi mãi", r"\bcả đời\b", r"\btriệt để\b", r"\bmột trăm phần trăm\b", r"\b100%",
    r"\bhoàn toàn không\b", r"\bkhông một ai\b", r"\bkhông hề\b", r"\bchỉ toàn\b", r"\btất cả\b(?! bao nhiêu)",
    r"luôn luôn", r"\bluôn\b(?! tiện)", r"lúc nào cũng", r"không bao giờ", r"chưa bao giờ", r"chẳng bao giờ",
    r"\bmọi\b(?! người dân)(?!.*như mọi người)", r"tất cả (?:mọi|các|những)", r"hoàn toàn (?!ủng hộ|phản đối|không)",
    r"tuyệt đối", r"bất (?:cứ|kỳ|kể) ai", r"bất (?:cứ|kỳ) lúc nào", r"duy nhất chỉ", r"ai ai cũng", r"toàn bộ (?:mọi|người)",
)  # fmt: skip
_NOT_ABSOLUTE = re.compile(r"như mọi người|ai cũng biết", _I)
#: Constructs with two sides: asked by one side they suggest it. Trust, interest, weight have one side only.
_TWO_SIDED = (
    r"thích|giúp(?: đỡ)?|đơn giản|gọn|hữu ích|có ích|bổ ích|phù hợp|khỏe|vui|tươi|mát|rộng rãi|ổn định|cẩn thận|nghiêm túc|trung thực|gần gũi|cởi mở|linh hoạt|chặt chẽ|thỏa đáng|xứng|tiến bộ|cải thiện|phát triển|hài lòng|ủng hộ|dễ dàng|dễ hiểu|dễ|tốt|trong(?! \S+ (?:qua|tới|vòng)| lành| \d)|kịp thời|đầy đủ|đúng hẹn|đáng tin(?: cậy)?|chu đáo|lịch sự|khang trang|tiện|ngon|bền|chính xác|đáng hài lòng|thoáng|yên tĩnh|thân thiện|chuyên nghiệp|công khai|an toàn|công bằng|thuận tiện|thuận lợi|nhanh|sạch(?: sẽ)?|rõ ràng|hiệu quả"
    r"|tận tình|nhiệt tình|minh bạch|hợp lý|yên tâm|hạnh phúc|chất lượng cao|đẹp|tích cực"
)
_DEGREE = (
    r"(?:đến mức (?:độ )?nào|ở mức (?:độ )?nào|tới mức nào|như thế nào|thế nào|ra sao|đến đâu|bao nhiêu phần)"
)
_ONE_SIDED = re.compile(rf"\b(?:{_TWO_SIDED})\b(?P<between>[^?.;]*?)\b{_DEGREE}", _I)
_OTHER_SIDE = re.compile(
    r"\bhay\b|\bhoặc\b|không hài lòng|phản đối|\bkém\b|\bkhó\b|\bxấu\b|nguy hiểm|chậm|bẩn", _I
)
#: What is asked for is a weight or a trust, which has no other side.
_UNIPOLAR = re.compile(
    rf"\b(?:quan trọng|quan tâm|lo(?: lắng| ngại)?|tin(?: tưởng)?|cần thiết|nghiêm trọng|ảnh hưởng|quen thuộc|am hiểu|hiểu|biết|cao|giúp ích)\b[^?]{{0,20}}\b{_DEGREE}",
    _I,
)
_VAGUE = _any(
    r"\bcó hay (?!không|chưa|là)(?=\S+ ?[^?]{0,30}\bkhông\b)", r"\b(?:có )?đều không\b", r"\bgần (?:đường|chợ|trường|trung tâm|bệnh viện|trạm|sông|biển|nhà máy)\b[^?]*\bkhông\b", r"\bcó (?:rất |khá )?(?:nhiều|ít|đông) [^?]*\bkhông\s*\?",
    r"\bnhiều không\s*\?", r"\bchút ít\b", r"\bkhá (?:nhiều|lâu|xa|đông)\b", r"\bmột thời gian\b", r"\blâu không\b", r"\bxa không\b", r"\bmột số (?:thay đổi|vấn đề|lần)\b", r"\bchốc chốc\b", r"\bhay không thường\b", r"\bít lâu\b", r"\bnhững ngày (?:này|qua)\b", r"\bmấy (?:tuần|tháng) (?:nay|gần đây)\b",
    r"\b(?:ông/bà|gia đình|bà con) (?:có )?hay (?=[^?]*\bkhông\b)(?=đi|đọc|xem|nghe|dùng|gặp|ăn|uống|mua|nói|hỏi|vào|lên|ra|sang|đến|làm|tham gia|bị)",
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
    r"chỉnh lý biến động", r"biến động đất", r"trích lục", r"trích đo", r"thửa liền kề", r"địa chính số", r"quyền tài sản", r"thế chấp", r"bảo lãnh", r"công chứng điện tử", r"định danh (?:điện tử|mức)", r"chữ ký số", r"hậu tố", r"đấu thầu", r"đấu giá quyền", r"chỉ định thầu",
    r"đầu tư công", r"hợp tác công tư", r"thu hồi giá trị", r"tín dụng ưu đãi", r"thù lao", r"ngạch bậc", r"vị trí việc làm", r"khoán chi", r"tự chủ tài chính", r"quyết toán", r"thanh khoản", r"lạm phát cơ bản", r"tăng trưởng bao trùm", r"phát triển bền vững", r"chuyển đổi (?:số|xanh)", r"hạ tầng (?:số|mềm)",
    r"quy chuẩn kỹ thuật", r"đánh giá tác động", r"năng lực cạnh tranh", r"dịch vụ công ích", r"phúc lợi bao trùm", r"chi trả trước", r"đồng chi trả", r"trợ cấp có điều kiện", r"hộ cận biên", r"chuẩn nghèo tiếp cận",
    r"toàn trình", r"phân quyền", r"tinh gọn bộ máy", r"\bđồng bộ hóa\b", r"chế tài", r"biên chế", r"tài chính công", r"quản trị công",
    r"cơ chế đặc thù", r"hành lang pháp lý", r"\bđô thị thông minh\b", r"kinh tế tuần hoàn", r"vốn đối ứng", r"tái cơ cấu", r"an sinh xã hội bao trùm",
    r"giá trị gia tăng", r"thẩm định giá", r"khung giá", r"trích lập", r"đối tượng bảo trợ", r"đa chiều",
    r"hậu kiểm", r"tiền kiểm", r"một cửa liên thông", r"\bliên thông\b", r"giải ngân", r"quy hoạch phân khu",
    r"tỷ lệ 1/\d+", r"xã hội hóa", r"hệ số k\b", r"định mức", r"dự phòng ngân sách", r"công tác (?:cải cách|dân vận)",
    r"phân cấp", r"ủy quyền hành chính", r"số hóa quy trình", r"hệ sinh thái số", r"chỉ số (?:năng lực|cải cách)",
    r"thiết chế", r"nội hàm", r"lũy tiến", r"chuyển đổi mục đích sử dụng", r"nghĩa vụ tài chính về đất",
)  # fmt: skip
_ACRONYM = re.compile(r"(?<![\w/])[A-ZĐ]{2,9}(?:-[A-ZĐ]{2,4})?(?![\w/])")
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
    listed = _LISTED.search(reduced)
    if listed:
        yield "double-barrelled", listed[0]
        return
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
    if match is None or _OTHER_SIDE.search(asked) or _UNIPOLAR.search(asked):
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
