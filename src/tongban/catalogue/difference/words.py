"""The sentences of a difference, in three languages; ``{…}`` are places."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tongban.catalogue.domain import Text

_UNITS = {
    "working_day": Text("{n}个工作日", "{n}個工作日", "{n} working days"),
    "natural_day": Text("{n}个自然日", "{n}個自然日", "{n} calendar days"),
    "hour": Text("{n}小时", "{n}小時", "{n} hours"),
}
AT_ONCE = Text("当场办结", "當場辦結", "on the spot")
NONE = Text("没有规定", "沒有規定", "none set")
FREE = Text("不收费", "不收費", "free of charge")
_MONEY = Text("{n}元", "{n}元", "CNY {n}")

KINDS = {
    "life_events": Text("一件事", "一件事", "life event"),
    "items": Text("事项", "事項", "item"),
    "overlays": Text("地方规定", "地方規定", "local rule"),
    "materials": Text("材料", "材料", "document"),
    "elements": Text("填写内容", "填寫內容", "field"),
    "processes": Text("流程", "流程", "process"),
    "decisions": Text("决策表", "決策表", "decision model"),
    "laws": Text("依据", "依據", "law"),
    "departments": Text("部门", "部門", "department"),
    "code_lists": Text("选项表", "選項表", "list of choices"),
    "resources": Text("数据来源", "資料來源", "register"),
    "systems": Text("部门系统的接口", "部門系統的介面", "department system"),
}

SAYINGS = {
    "thing.added": Text("新增了{kind}“{name}”。", "新增了{kind}「{name}」。", "The {kind} “{name}” is new."),
    "thing.removed": Text(
        "取消了{kind}“{name}”。", "取消了{kind}「{name}」。", "The {kind} “{name}” is no longer there."
    ),
    "renamed": Text(
        "名称由“{old}”改为“{new}”。",
        "名稱由「{old}」改為「{new}」。",
        "Its name is now “{new}”; it was “{old}”.",
    ),
    "from_to": Text(
        "{what}由{old}改为{new}。", "{what}由{old}改為{new}。", "{what}: now {new}; it was {old}."
    ),
    "reworded": Text(
        "说明的文字有调整。", "說明的文字有調整。", "Some of its explanations are worded differently."
    ),
    "other": Text("{what}有变化。", "{what}有變化。", "{what}: changed."),
    "need.added": Text("多问一项：{name}。", "多問一項：{name}。", "One more question: {name}."),
    "need.removed": Text("少问一项：{name}。", "少問一項：{name}。", "One question less: {name}."),
    "need.required": Text("{name}现在必须填写。", "{name}現在必須填寫。", "{name} must now be answered."),
    "need.optional": Text("{name}现在可以不填。", "{name}現在可以不填。", "{name} may now be left empty."),
    "need.when": Text(
        "什么情况下要填{name}，有变化。",
        "什麼情況下要填{name}，有變化。",
        "When {name} is asked has changed.",
    ),
    "material.added": Text("多交一份材料：{name}。", "多交一份材料：{name}。", "One more document: {name}."),
    "material.removed": Text(
        "少交一份材料：{name}。", "少交一份材料：{name}。", "One document less: {name}."
    ),
    "material.required": Text("{name}现在必须提交。", "{name}現在必須提交。", "{name} is now required."),
    "material.optional": Text("{name}现在可以不交。", "{name}現在可以不交。", "{name} is now optional."),
    "material.conditional": Text(
        "{name}现在只在一定情况下才要交。",
        "{name}現在只在一定情況下才要交。",
        "{name} is now needed only in some situations.",
    ),
    "material.when": Text(
        "什么情况下要交{name}，有变化。",
        "什麼情況下要交{name}，有變化。",
        "When {name} is needed has changed.",
    ),
    "material.follow": Text(
        "{name}可以在提交后 {n} 个工作日内补交。",
        "{name}可以在提交後 {n} 個工作日內補交。",
        "{name} may follow within {n} working days.",
    ),
    "material.no_follow": Text(
        "{name}不能再事后补交。", "{name}不能再事後補交。", "{name} may no longer follow later."
    ),
    "gives.added": Text("办好后还会有：{name}。", "辦好後還會有：{name}。", "It now also gives: {name}."),
    "gives.removed": Text("办好后不再有：{name}。", "辦好後不再有：{name}。", "It no longer gives: {name}."),
    "rule.added": Text(
        "多一条审查规则：{name}", "多一條審查規則：{name}", "One more rule of the decision: {name}"
    ),
    "rule.removed": Text(
        "少一条审查规则：{name}", "少一條審查規則：{name}", "One rule of the decision less: {name}"
    ),
    "rule.changed": Text(
        "审查规则有变化：{name}", "審查規則有變化：{name}", "A rule of the decision has changed: {name}"
    ),
    "item.added": Text("现在一起办：{name}。", "現在一起辦：{name}。", "It now includes: {name}."),
    "item.removed": Text("不再一起办：{name}。", "不再一起辦：{name}。", "It no longer includes: {name}."),
    "item.changed": Text(
        "什么情况下办{name}，有变化。",
        "什麼情況下辦{name}，有變化。",
        "When {name} is part of it has changed.",
    ),
    "source.added": Text(
        "可以向{name}查询，少让您填。",
        "可以向{name}查詢，少讓您填。",
        "It can now ask {name}, so that you need not.",
    ),
    "source.removed": Text("不再向{name}查询。", "不再向{name}查詢。", "It no longer asks {name}."),
    "condition.added": Text("办理条件多一条：{name}", "辦理條件多一條：{name}", "One more condition: {name}"),
    "condition.removed": Text(
        "办理条件少一条：{name}", "辦理條件少一條：{name}", "One condition less: {name}"
    ),
    "replaced.more": Text(
        "有更多办法可以不交这份材料。",
        "有更多辦法可以不交這份材料。",
        "There are more ways to do without this document.",
    ),
    "replaced.less": Text(
        "可以不交这份材料的办法变少了。",
        "可以不交這份材料的辦法變少了。",
        "There are fewer ways to do without this document.",
    ),
    "choice.added": Text("多一个选项：{name}。", "多一個選項：{name}。", "One more choice: {name}."),
    "choice.removed": Text("少一个选项：{name}。", "少一個選項：{name}。", "One choice less: {name}."),
    "model.elements": Text(
        "图有改动：新增{added}处，取消{removed}处，修改{changed}处。",
        "圖有改動：新增{added}處，取消{removed}處，修改{changed}處。",
        "The model has changed: {added} parts are new, {removed} are gone, {changed} are different.",
    ),
    "model.rules": Text(
        "规则有改动：新增{added}条，取消{removed}条，修改{changed}条。",
        "規則有改動：新增{added}條，取消{removed}條，修改{changed}條。",
        "The rules have changed: {added} are new, {removed} are gone, {changed} are different.",
    ),
    "model.drawing": Text(
        "只调整了画法，内容没有变。",
        "只調整了畫法，內容沒有變。",
        "Only the drawing has changed, not what it says.",
    ),
    "article": Text("{name}的内容有调整。", "{name}的內容有調整。", "What is said of {name} has changed."),
}

LABELS = {
    "limits.promised": Text("承诺时限", "承諾時限", "Promised limit"),
    "limits.statutory": Text("法定时限", "法定時限", "Limit by law"),
    "promise": Text("整件事的承诺时限", "整件事的承諾時限", "Promise for the whole"),
    "fee": Text("费用", "費用", "Fee"),
    "visits": Text(
        "单独到窗口办要跑的次数", "單獨到窗口辦要跑的次數", "Visits when done alone at the counter"
    ),
    "department": Text("办理部门", "辦理部門", "Deciding department"),
    "lead": Text("牵头部门", "牽頭部門", "Lead department"),
    "channels": Text("办理渠道", "辦理渠道", "Where one can apply"),
    "delivery": Text("结果送达方式", "結果送達方式", "How the result is delivered"),
    "legal_basis": Text("办理依据", "辦理依據", "Legal basis"),
    "appeal": Text("救济途径", "救濟途徑", "How to appeal"),
    "result": Text("办理结果", "辦理結果", "Result"),
    "joint": Text("联合办理的部门", "聯合辦理的部門", "Departments that co-sign"),
    "joint_review": Text("联合审核的条件", "聯合審核的條件", "When departments review together"),
    "handlers": Text("办理层级", "辦理層級", "Offices that handle it"),
    "handled_at": Text("办理层级", "辦理層級", "Tier that handles it"),
    "applicant": Text("谁可以申请", "誰可以申請", "Who may apply"),
    "situation": Text("先问的情况", "先問的情況", "What is asked first"),
    "sources": Text("查询数据的条件", "查詢資料的條件", "When registers are asked"),
    "stage": Text("所属阶段", "所屬階段", "Stage of life"),
    "accepts": Text("可以上传的文件类型", "可以上傳的檔案類型", "File types for an upload"),
    "max_megabytes": Text("上传文件的大小上限", "上傳檔案的大小上限", "Greatest size of an upload"),
    "issued_by": Text("出具部门", "出具部門", "Issued by"),
    "contact": Text("联系方式", "聯繫方式", "Contact"),
    "format": Text("格式要求", "格式要求", "Format"),
    "type": Text("填写方式", "填寫方式", "Kind of answer"),
    "max_length": Text("字数上限", "字數上限", "Greatest length"),
    "min": Text("最小值", "最小值", "Least value"),
    "max": Text("最大值", "最大值", "Greatest value"),
    "owner": Text("权威部门", "權威部門", "Authoritative department"),
    "grade": Text("数据分级", "資料分級", "Grade"),
    "effective": Text("施行日期", "施行日期", "In force from"),
    "number": Text("文号", "文號", "Number"),
    "answers": Text("能查到的内容", "能查到的內容", "What it answers"),
    "freshness_days": Text("数据有效天数", "資料有效天數", "Days an answer stays fresh"),
    "process": Text("办理流程", "辦理流程", "Drawn process"),
    "needs": Text("要填的内容", "要填的內容", "What is asked"),
    "materials": Text("要交的材料", "要交的材料", "Documents"),
    "rules": Text("审查规则", "審查規則", "Rules of the decision"),
    "skip_when": Text("什么情况下已有、无需办理", "什麼情況下已有、無需辦理", "When it is there already"),
    "skip_reason": Text("无需办理的原因", "無需辦理的原因", "Why nothing has to be done"),
    "skip_held": Text(
        "已持有有效证照就不再办理", "已持有有效證照就不再辦理", "Skipped while its certificate is held"
    ),
    "adds": Text("当地另外要交的材料", "當地另外要交的材料", "Documents needed there as well"),
    "drops": Text("当地不用交的材料", "當地不用交的材料", "Documents not needed there"),
    "regions": Text("各地的规定", "各地的規定", "Rules of the regions"),
}

OTHER = Text("其他内容（{key}）", "其他內容（{key}）", "Other ({key})")

CHANNELS = {
    "online": Text("网上", "網上", "online"),
    "hall": Text("办事大厅", "辦事大廳", "service hall"),
    "kiosk": Text("自助机", "自助機", "kiosk"),
    "tv": Text("电视", "電視", "TV"),
    "mobile": Text("手机", "手機", "phone app"),
    "phone": Text("电话", "電話", "telephone"),
    "post": Text("邮寄", "郵寄", "post"),
}


def tell(saying: str, **places: Text) -> Text:
    """The sentence of this name with its places filled; English sentences begin with a capital letter."""
    filled = SAYINGS[saying].fill(**places)
    return Text(filled.zh_hans, filled.zh_hant, filled.en[:1].upper() + filled.en[1:])


def label(key: str) -> Text:
    """What people call a key of a file."""
    return LABELS.get(key) or OTHER.fill(key=Text.same(key))


def length(limit: Mapping[str, Any] | None) -> Text:
    """A limit as it stands in a file."""
    if not limit:
        return NONE
    if not limit.get("amount"):
        return AT_ONCE
    said = _UNITS[str(limit.get("unit", "working_day"))].fill(n=Text.same(str(limit["amount"])))
    return replace(said, en=said.en.removesuffix("s")) if limit["amount"] == 1 else said


def money(fee: Mapping[str, Any] | None) -> Text:
    """A fee as it stands in a file."""
    amount = str((fee or {}).get("amount", "0"))
    return FREE if not float(amount) else _MONEY.fill(n=Text.same(amount))


def joined(texts: Iterable[Text]) -> Text:
    """Texts in a row."""
    kept = list(texts) or [NONE]
    return Text(
        "、".join(one.zh_hans for one in kept),
        "、".join(one.zh_hant for one in kept),
        ", ".join(one.en for one in kept),
    )


def of(role: Text | None, name: Text) -> Text:
    """Whose value it is: 妈妈的姓名."""
    if role is None:
        return name
    return Text("{role}的{name}", "{role}的{name}", "{name} ({role})").fill(role=role, name=name)
