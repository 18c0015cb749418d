"""The surface of a guide's text: full-width signs, HTML remnants, placeholders, the laws it cites."""

import html
import re
import unicodedata
from dataclasses import dataclass

from tongban.catalogue.checks.texts import is_placeholder

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufff9-\ufffb\ufffe\uffff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_BREAK = re.compile(r"</?(?:br|p|div|li|tr|ul|ol|table)\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:]{0,20}(?:\s[^<>]{0,2000})?/?>|<!--.{0,2000}?-->", re.DOTALL)
_NOTHING = re.compile(
    r"(?:暂|尚)?(?:无|没有|未|不详|未定)(?:法定|承诺|办结|办理|相关|具体|明确|设定|规定|提供|填写|公布|定)*"
    r"(?:时限|期限|收费|标准|依据|程序|环节|内容|说明|情况|信息|要求|规定|数据|材料|结果|样本|限制)*"
    r"(?:说明|要求|限制|规定|内容|样本)?[。.]?|不详|未知|不涉及|[?？]+|0{4,}|-{1,3}|—{1,3}|/{1,3}|\\"
)
_ELSEWHERE = re.compile(
    r"详见|参见|参照.{0,20}(?:执行|规定)|见(?:附件|附表|指南|官网|窗口|公告|说明|下表|备注|法律)|同[上左前右]|"
    r"以.{1,30}为准|按.{0,20}(?:规定|标准|通知|文件)(?:执行|办理|收取|收费)?|咨询(?:窗口|电话|部门)|另行通知|视.{1,10}而定"
)
_LAW = re.compile(r"《([^《》]{2,80}(?:〈[^〉]{1,40}〉)?[^《》]{0,40})》(?:[（(]([^（）()]{1,60})[）)])?")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百千零〇两\d]{1,8}条(?:之[一二三四五六七八九十])?")


_FOLD = str.maketrans(
    "個內時間辦結當場週號無費免證單張項標準據見說明規額獲須應該請異議聽評審鑑檢測招標賣勘驗補經條後與於",
    "个内时间办结当场周号无费免证单张项标准据见说明规额获须应该请异议听评审鉴检测招标卖勘验补经条后与于",
)
"""Traditional characters of the words that are read; guides mix the scripts. Never for showing."""


def plain(text: str) -> str:
    """A text for people: without HTML, invisible and control characters; blanks are single."""
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n", html.unescape(text))))
        text = _TAG.sub("", _BREAK.sub("\n", text))
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    lines = (" ".join(line.split()) for line in re.split(r"[\r\n\x85\u2028\u2029]+", text))
    return "\n".join(line for line in lines if line)


def was_dirty(text: str) -> bool:
    """Whether `plain` takes more out of a text than blanks."""
    return re.sub(r"\s", "", plain(text)) != re.sub(r"\s", "", text)


def tidy(text: str) -> str:
    """A text for reading values: `plain`, digits and signs as ASCII, in one script, without blanks."""
    folded = unicodedata.normalize("NFKC", plain(text))
    return re.sub(r"[ \t\u3000]+", "", folded).translate(_FOLD)


def stands_for_nothing(text: str) -> bool:
    """Whether a text is a placeholder: ``空``, ``暂无``, ``/``, ``暂无法定办结时限说明``."""
    bare = tidy(text)
    return (
        not bare
        or (is_placeholder(bare) and not re.fullmatch(r"\d+", bare))
        or bool(_NOTHING.fullmatch(bare))
    )


def points_elsewhere(text: str) -> bool:
    """Whether a text sends the reader somewhere else instead of saying it: ``详见附件``, ``同左``."""
    return bool(_ELSEWHERE.search(tidy(text)))


@dataclass(frozen=True, slots=True)
class Citation:
    """A law as a guide cites it."""

    title: str
    number: str
    """What stands in brackets behind it, such as a document number; often empty."""
    articles: tuple[str, ...]


def citations(text: str) -> tuple[Citation, ...]:
    """Every law that a text cites in book-title marks, with the articles named behind each."""
    bare = plain(text)
    found = list(_LAW.finditer(bare))
    cited = []
    for index, match in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(bare)
        behind = re.split(r"[。；;\n]", bare[match.end() : end])[0]
        articles = tuple(dict.fromkeys(_ARTICLE.findall(behind)))
        cited.append(Citation(match[1].strip(), (match[2] or "").strip(), articles))
    return tuple(dict.fromkeys(cited))
