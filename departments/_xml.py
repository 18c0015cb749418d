"""XML for the departments that speak it: a tree of dicts, read without entities, written plainly."""

from typing import Any
from xml.etree import ElementTree as ET

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from departments._kinds import Answer, Asked, Unreadable


def read(asked: Asked, root: str, namespace: str = "") -> dict[str, Any]:
    """The root's children by name: text, a dict, or a list when a name stands more than once."""
    try:
        top = fromstring(asked.body, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError):
        raise Unreadable("XML") from None
    if "xml" not in asked.content_type or top.tag != (f"{{{namespace}}}{root}" if namespace else root):
        raise Unreadable(f"XML 根元素 {root}")
    found = _inner(top)
    return found if isinstance(found, dict) else {}


def _inner(element: ET.Element) -> Any:
    if not len(element) and not element.attrib:
        return element.text or ""
    tree: dict[str, Any] = {"@" + name: value for name, value in element.attrib.items()}
    for child in element:
        name = child.tag.rpartition("}")[2]
        value = _inner(child)
        if name not in tree:
            tree[name] = value
        elif isinstance(tree[name], list):
            tree[name].append(value)
        else:
            tree[name] = [tree[name], value]
    return tree


def many(value: Any) -> list[Any]:
    """A list, also of one or none."""
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def element(name: str, content: Any, **attributes: str) -> ET.Element:
    """An element: text, children by name (a list repeats the name), or None for empty."""
    made = ET.Element(name, attributes)
    if isinstance(content, dict):
        for child, inner in content.items():
            for one in inner if isinstance(inner, list) else [inner]:
                made.append(one if isinstance(one, ET.Element) else element(child, one))
    elif content is not None:
        made.text = str(content)
    return made


def write(root: ET.Element) -> bytes:
    """The document's bytes."""
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def answer(root: ET.Element, status: int = 200) -> Answer:
    """An XML answer."""
    return Answer(status, "application/xml", write(root))
