# ruff: noqa: E501 - lists of words
"""Wording of questions in English: patterns and small readings of the sentence."""

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


LONGEST_SENTENCE = 32

_LEADING = _any(
    r"\bwould you not\b", r"\bdo you not (?:think|feel|agree)\b", r"\b(?:admit|accept|acknowledge|realise|recogni[sz]e) that\b",
    r"\bfor the (?:good|sake|benefit) of\b", r"\bas a (?:good|responsible) \w+", r"\b(?:weren|wasn|doesn|couldn|can).t (?:you|it|we|they|the)\b",
    r"\bnaturally\b", r"\bno one would\b", r"\bnobody (?:wants|likes)\b", r"\beveryone (?:wants|agrees|thinks)\b", r"\bundoubtedly\b", r"\bno doubt\b",
    r"\bisn.t the\b", r"\bresearch shows\b", r"\bit is (?:clear|obvious)\b", r"\bdo you share the view\b", r"\bcan you deny\b",
    r"\bsurely\b", r"\bobviously\b", r"\bof course\b", r"\bclearly you\b", r"\bdon.t you\b", r"\bwouldn.t you\b",
    r"\bisn.t (?:it|this|that)\b", r"\baren.t (?:you|they)\b", r"\bdidn.t you\b", r"\bwon.t you\b", r"\bhaven.t you\b",
    r"\bshouldn.t (?:we|the|they)\b", r"\beveryone knows\b", r"\bas (?:we|you|everyone) (?:all )?knows?\b",
    r"\b(?:as )?experts? (?:say|agree|believe)\b", r"\bscientists (?:say|agree)\b",
    r"\bmost (?:people|residents|citizens)\b(?=[^?]*[.;])", r"\bgiven (?:how|that)\b",
    r"\bdo you agree that\b", r"\bhow much better\b", r"\bit is well known\b", r",\s*right\s*\?\s*$",
    # a question that begins with a negation, or ends in a tag, waits for a yes
    r"^\w+n['’]t\b", r",\s*(?:is|are|was|were|do|does|did|has|have|will|would|can|could|should)(?:n['’]t)? (?:you|it|they|he|she|we|there|this|that)\s*\?",
    # an authority, a fact or a role stated before the question
    r"\b(?:doctors?|teachers?|officials?|economists?|engineers?|studies|surveys|reports?|evidence|statistics|the law|history)\b[^.?]{0,20}\b(?:recommends?|advises?|says?|warns?|shows?|proves?|tells?|confirms?|suggests?)\b",
    r"\bit (?:has been|is|was) (?:shown|proven|proved|found|established|known|accepted|agreed|recogni[sz]ed)\b",
    r"\bas an? (?:\w+ )?(?:parent|citizen|resident|neighbou?r|taxpayer|voter|mother|father|patriot|worker|driver|person|villager|consumer)\b",
    r"^(?:since|because|considering|knowing|now that|seeing (?:that|how)|in view of|in light of)\b[^?]*,\s*\w+",
    r"\b(?:agree with|like|join|side with) (?:most|the majority|many|other)\b", r"\bmost of (?:your|us|the)\b",
    # what the answer should be is taken for granted
    r"\bwhy (?:do|did|would) you (?:like|love|enjoy|support|prefer|trust|favou?r|hate|dislike|oppose|distrust|avoid|want)\b",
    r"\bwhat (?:problems?|harm|damage|trouble|difficult\w+|benefits?|improvements?) (?:did|does|do|has|have|will)\b",
    r"\bhow (?:badly|seriously|greatly|deeply) (?:did|does|do|has|have|will)\b", r"\bwhen did you stop\b", r"\bstill\b[^?]*\b(?:refuse|fail|believe|waste)\b",
)  # fmt: skip
_AGREE = _any(
    r"\btrue or false\b", r"\bwhether you (?:dis)?agree\b", r"\bwith (?:this|the following|these) (?:statement|opinion|view|claim)s?\b", r"\bhow far do you agree\b", r"\bis (?:this|that) statement\b",
    r"\bagree or disagree\b", r"\bdo you agree\b(?! to )", r"\bextent (?:do|to which) you agree\b", r"\bhow (?:much|strongly) (?:do )?you agree\b",
)  # fmt: skip
_LOADED = _any(
    r"\bsloppy\b", r"\bcruel\b", r"\bharsh\b", r"\bbrutal\w*", r"\bshocking\b", r"\bappalling\b", r"\bridiculous\b", r"\bstupid\b",
    r"\bsenseless\b", r"\bbloated\b", r"\bred tape\b", r"\bcron(?:y|ies)\b", r"\bradical\b", r"\bextremis\w+", r"\bfilthy\b", r"\bnoble\b",
    r"\bmagnificent\b", r"\bsuperb\b", r"\boutstanding\b", r"\bhumane\b", r"\bcourageous\b", r"\bfail(?:ing|ed)\b", r"\bbroken (?:system|promises)\b",
    r"\bchao(?:s|tic)\b", r"\bmess\b", r"\bnightmare\b", r"\bplague\w*", r"\binvasion\b", r"\bflood of\b", r"\bmobs?\b", r"\bselfish\b",
    r"\barrogan\w+", r"\brude\b", r"\bharass\w*", r"\bcheat\w*", r"\bsquander\w*", r"\bwast(?:e|ing) (?:of )?(?:money|taxpayers)", r"\bnotorious\b",
    r"\binfamous\b", r"\bdangerous (?:policy|idea)\b", r"\bhistoric\b", r"\bproud\w*\b", r"\bcareless\b", r"\bnegligent\b", r"\bbully\w*",
    r"\bunscrupulous\b", r"\bhateful\b", r"\btragic\b", r"\bvicious\b", r"\bpointless\b", r"\bbrave\b", r"\bgenerous\b", r"\bplunder\w*",
    r"\bdisgrace\w*", r"\bcorrupt (?:officials?|politicians?|clerks?|police)\b", r"\bexploit\w*", r"\bgreedy\b", r"\bdisastrous\b", r"\bwonderful\b", r"\bexcellent\b",
    r"\blazy\b", r"\bhordes?\b", r"\breckless\b", r"\bdestruction of\b", r"\bscandalous\b", r"\bshameful\b", r"\bheroic\b",
    r"\bincompetent\b", r"\boutrageous\b", r"\bwasteful\b", r"\bevil\b", r"\bso-called\b", r"\bruthless\b", r"\bcrooked\b",
    r"\b\w+-(?:ridden|hungry|grabbing|crazed|starved)\b", r"\b(?:much-needed|long-overdue|hard-working|world-class|hard-earned|rip-off|sky-high|fat cats?)\b",
    r"\b(?:crippling|punishing|draconian|meddling|elitist|backward|primitive|inept|useless|hopeless|pathetic|miserable|devastating|catastrophic|alarming|horrific|horrible|dreadful|vile|sinister|shady|phoney|sham)\b",
    r"\b(?:dishonest|deceitful|thoughtless|heartless|spineless|clueless|ill-conceived|misguided|botched|absurd|insane|crazy|foolish|unjustified|exorbitant|extortionate|soaring|skyrocketing|rampant|bogus|dying|choking|idle)\b",
    r"\b(?:hand-?outs?|squatters?|parasites?|freeloaders?|scroungers?|troublemakers?|hooligans?|vandals?|fanatics?|illegals|cronyism|propaganda|brainwash\w*|scandals?|fiasco|farce|debacle|catastrophe|disaster zone)\b",
    r"\b(?:tireless|devoted|dedicated|selfless|beloved|inspiring|admirable|remarkable|impressive|fantastic|amazing|marvellous|splendid|pioneering|caring|compassionate|enlightened|far-sighted|sensible|wise|innocent|precious)\b",
    r"\b(?:poison(?:ed|ing)?|ruin(?:ed|ing)|slaughter\w*|butcher\w*|strangl\w+|betray\w*|dump(?:ed|ing)? on|rob(?:bed|bing)?|steal(?:ing)? from|trampl\w+)\b",
    r"\bbrilliant\b", r"\bterrible\b", r"\bawful\b", r"\bglorious\b", r"\bthugs?\b", r"\bvisionary\b",
)  # fmt: skip
_ABSOLUTE = _any(
    r"(?<!have you )(?<!has anyone )(?<!you )\bever\b", r"\bno one\b", r"\bnone of\b", r"\beach and every\b", r"\bconstantly\b", r"\bforever\b",
    r"\ball of the\b", r"\bevery(?:where|thing)\b", r"\bat all times\b", r"\bfully\b", r"\bperfectly\b", r"\bonce and for all\b",
    r"\balways\b", r"\bnever\b", r"\beveryone\b(?! knows)", r"\beverybody\b", r"\bnobody\b", r"\ball (?:officials|people|residents|the time)\b",
    r"\bcompletely\b", r"\btotally\b", r"\babsolutely\b", r"\bevery (?:single )?(?:service|official|time|day|person)\b",
    r"\bentirely\b", r"\bwithout exception\b", r"\binvariably\b", r"\bwithout fail\b", r"\baround the clock\b", r"\b24/7\b", r"\bin all cases\b",
    r"\bwhatsoever\b", r"\bnothing\b", r"\bimpossible to\b", r"\bno matter (?:what|how|when)\b", r"\bany(?:one|body|thing) at all\b", r"\bat no time\b",
    # yes/no questions that hold of all, of each, of nothing else
    r"^(?:do|does|did|are|were|is|was|have|has|can|will)\b[^?]*\ball (?:of )?(?:your|our|the|their|its|\w+s\b)",
    r"^(?:do|does|did|are|were|is|was|have|has|can|will)\b[^?]*\b(?:every|each)\b(?! (?:other|few))", r"^(?:do|does|did|is|are)\b[^?]*\b(?:only|solely|exclusively)\b",
)  # fmt: skip
_VAGUE = _any(
    r"\bseldom\b", r"\bin recent (?:times|years|months)\b", r"\bof late\b", r"\bnow and then\b", r"\bfrom time to time\b", r"\bevery so often\b",
    r"\bmany times\b", r"\bseveral times\b", r"\ba few times\b", r"\bgenerally\b", r"\btypically\b", r"\bnormally\b", r"\ba great deal\b",
    r"\bin the near future\b", r"\bsoon\b", r"\bhardly ever\b", r"\bonce in a while\b", r"\bfor some time\b", r"\bnot long ago\b",
    r"\boften\b(?<!how often)", r"\brecently\b", r"\bregularly\b", r"\bsometimes\b", r"\blately\b", r"\busually\b",
    r"\boccasionally\b", r"\bfrequently\b", r"\brarely\b", r"\bin the past\b(?! (?:\w+ )?(?:day|week|month|year))(?! \d)",
    r"\bin recent (?:days|weeks)\b", r"\b(?:fair|good|large|small) (?:amount|number|deal)\b", r"\bmuch\s*\?\s*$", r"\bplenty\b", r"\bat times\b", r"\bany time soon\b",
    r"\b(?:short|long) (?:time|while)\b", r"\bover the (?:years|past years)\b", r"\bin general\b", r"\bevery now and\b", r"\bthe other day\b", r"\bquickly enough\b",
    # amounts and distances that each person measures alone
    r"^(?:is|are|was|were|do|does|did|have|has)\b[^?]*\b(?:many|few|several|numerous|lots of|some (?:changes?|problems?|trouble|improvements?))\b",
    r"^(?:is|are|do|does)\b[^?]*\b(?:near|nearby|close to|not far|far from|big enough)\b",
    r"\bthese days\b", r"\ba lot\b", r"\bquite a few\b", r"\bnowadays\b", r"\ba while ago\b",
)  # fmt: skip
_MEASURED = re.compile(
    r"\b(?:\d+|one|two|three|six|twelve) (?:days?|weeks?|months?|years?)\b|\blast (?:week|month|year)\b", _I
)
_JARGON = _any(
    r"\buptake\b", r"\be-governance\b", r"\bgovernance\b", r"\bframeworks?\b", r"\bcircular economy\b", r"\bsocial protection floor\b", r"\bbenchmark\w*",
    r"\bfiduciary\b", r"\bsubsidiarity\b", r"\bper capita\b", r"\bexpenditure ceiling\b", r"\bstatutory\b", r"\btariff band\b", r"\bcompliance\b",
    r"\bdisbursement\b", r"\bex[- ](?:post|ante)\b", r"\binteroperab\w+", r"\bregulatory regime\b", r"\bfiscal consolidation\b",
    r"\bzoning plan\b", r"\bprocurement cycle\b", r"\bdevolution\b", r"\bstakeholders?\b", r"\bcapacity building\b",
    r"\bcadastral\b", r"\bfiscal\b", r"\bremuneration\b", r"\btender(?:ing)?\b", r"\bincentive schemes?\b", r"\bprocurement\b", r"\bmeans[- ]test\w*", r"\bco-?payments?\b",
    r"\b(?!organi|immuni|vaccin|urbani|civili|reali|speciali|hospitali)\w{5,}i[sz]ation\b", r"\bpublic[- ]private partnerships?\b", r"\beasements?\b", r"\bencumbrances?\b", r"\bjurisdiction\b", r"\bordinances?\b",
    r"\bbiometric\b", r"\becosystems?\b", r"\bsustainab\w+", r"\bresilien\w+", r"\binclusive growth\b", r"\bhuman capital\b", r"\bvalue chains?\b", r"\bmacro-?\w+",
    r"\bexpropriat\w+", r"\bappraisal\b", r"\bmoratori\w+", r"\bsubsidi[sz]ed tariff\b", r"\bgrievance (?:redress|mechanism)\b", r"\bimpact assessments?\b", r"\bcontingen\w+", r"\breimburs\w+ rate\b", r"\bdigital (?:transformation|literacy|identity)\b",
    r"\bsynerg\w+", r"\bmodalit(?:y|ies)\b", r"\bmainstreaming\b",
)  # fmt: skip
_ACRONYM = re.compile(r"(?<![\w/])[A-Z]{2,6}(?![\w/])")
_KNOWN = frozenset(
    {
        "TV",
        "USB",
        "SMS",
        "QR",
        "SIM",
        "UK",
        "US",
        "USA",
        "EU",
        "UN",
        "HIV",
        "AIDS",
        "ID",
        "OK",
        "A",
        "I",
        "AM",
        "PM",
    }
)
_SHOUTED = re.compile(r"(?:\b[A-Z]{2,}\b\s+)+\b[A-Z]{2,}\b")
#: Words after "how" that measure, or that name a construct with one side only.
_UNIPOLAR = (
    r"many|much|old|long|far|often|big|large|tall|high|deep|wide|heavy|soon|do|does|did|is|are|was|were|would|can|could|should|will"
    r"|has|have|had|to|you|the|your|important|interested|worried|concerned|serious|familiar|aware|comfortable|likely|strong|severe|else|come"
)
_ONE_SIDED = re.compile(
    rf"\bhow (?:very )?(?!(?:{_UNIPOLAR})\b)[a-z]{{3,}}\b|\bhow (?:strongly|much) (?:do|did|would) you (?:support|favou?r|like|love|enjoy|approve|welcome|appreciate|oppose|dislike)\b"
    r"|\b(?:to what extent|how much|how far) (?:has|have|did|does|do|is|are|was|were)\b[^?]*\b(?:improv\w+|better|help(?:ed|s|ful)?|benefit\w*|succe\w+|satisf\w+|progress\w*|worse\w*|declin\w+|suffer\w*|harm\w*)\b",
    _I,
)
_OTHER_SIDE = re.compile(
    r"\bor\b|\bdis\w+|\bpoor(?:ly)?\b|\bunsafe\b|\boppose\b", _I,
)  # fmt: skip
_NEGATION = re.compile(
    r"\b(?:not|no|never|without)\b|n['’]t\b|\bun(?:able|willing|true|necessary|acceptable|reasonable|wise)\b|\b(?:impossible|neither|nor|hardly|untrue|nothing)\b",
    _I,
)
_BANS = re.compile(
    r"\b(?:oppose[ds]?|against|ban(?:ned|s)?|fail(?:ed|s)?|prohibit(?:ed|s)?|forbid(?:den|s)?|disagree|reject(?:ed)?|refuse[ds]?|prevent(?:ed)?|abolish(?:ed)?|den(?:y|ied)|scrap(?:ped)?|lift(?:ed|ing)?|remove[ds]?|mind if|unless|stop(?:ped)?)\b",
    _I,
)
_SIDES = re.compile(
    r"\b(?:support or oppose|agree or disagree|for or against|aware or not aware|or not|like or dislike|likely or unlikely)\b",
    _I,
)
#: Questions of plain fact, in which two things may be named without harm.
_PLAIN = re.compile(
    r"^(?:do|does|did) (?:you|your (?:household|family)|anyone)[^?]{0,30}\b(?:have|own|live|work|speak|use|belong)\b",
    _I,
)
_JOINED = re.compile(r"(\w+)\s+(and|as well as|along with|but also)\s+(?:the |a |an )?(\w+)", _I)
_PAIRS = re.compile(
    r"labou?r and social affairs|prevent and combat|men and women|women and children|law and order|rules and regulations|husband and wife"
    r"|mother and father|economic and social|food and drink|bed and breakfast|profit and loss|search and rescue"
    r"|between [^?]{1,40} and |state and local government|health and safety|day and night|up to and including"
    r"|terms and conditions|village and neighbourhood|again and again", _I,
)  # fmt: skip
_FACT = re.compile(r"^(?:in|on|how (?:many|old|far|long)|which|what|when|where|who|did|on which|whom)\b", _I)


def find(text: str) -> Iterator[Found]:
    """(problem, the words that show it), each problem at most once."""
    text = "\n".join(" ".join(line.split()) for line in _BRACKETS.sub(" ", text).splitlines())
    asked = _asked(text)
    yield from _first("leading", _LEADING, text)
    yield from _first("agree", _AGREE, text)
    yield from _first("loaded", _LOADED, text)
    yield from _first("absolute", _ABSOLUTE, asked)
    yield from _double_barrelled(asked)
    yield from _double_negative(asked)
    one_sided = _ONE_SIDED.search(asked)
    if one_sided and not _OTHER_SIDE.search(asked):
        yield "one-sided", one_sided[0]
    if not _MEASURED.search(text):
        yield from _first("vague", _VAGUE, asked)
    yield from _jargon(text)
    longest = max(_SENTENCE.split(text), key=lambda s: len(s.split()), default="")
    if len(longest.split()) > LONGEST_SENTENCE:
        yield "long", f"{len(longest.split())}"


def _asked(text: str) -> str:
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
    if joined is None or "?" not in asked or _PLAIN.search(reduced):
        return
    if _FACT.search(reduced) and not re.search(r"satisfied|rate|feel|trust", reduced, _I):
        return
    yield "double-barrelled", joined[0]


def _double_negative(asked: str) -> Iterator[Found]:
    reduced = _SIDES.sub(" ", asked)
    reduced = re.sub(
        r"^\W*(?:don|wouldn|isn|aren|didn)['’]t\b|^why (?:do|did) you not\b", " ", reduced, flags=_I
    )
    negations, bans = _NEGATION.findall(reduced), _BANS.findall(reduced)
    if len(negations) >= 2 or (negations and bans):
        yield "double-negative", " … ".join([*negations[:2], *bans[:1]])


def _jargon(text: str) -> Iterator[Found]:
    known = _JARGON.search(text)
    if known:
        yield "jargon", known[0]
        return
    for acronym in _ACRONYM.findall(_SHOUTED.sub(" ", text)):
        if acronym not in _KNOWN:
            yield "jargon", acronym
            return
