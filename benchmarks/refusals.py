# ruff: noqa: E501 - a model is read best on one line
"""How long `tongban process check` takes over hostile models, as a whole process, beside the bare parser.

Each file is checked by the command as a person starts it, interpreter and imports included; the baseline is the
same interpreter that parses the file with expat and does nothing else. Milliseconds, the best of three.

Run: `python benchmarks/refusals.py`.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p" isExecutable="true">'
)
_TAIL = "</process></definitions>"
_BOMB = "<conditionExpression>=9**9**9**9 &gt; {}</conditionExpression>".format("(" * 5000 + "1" + ")" * 5000)
_PARSE = (
    "import sys\nfrom xml.parsers import expat\n"
    "try: expat.ParserCreate().Parse(open(sys.argv[1], 'rb').read(), True)\n"
    "except expat.ExpatError: pass"
)
MODELS = {
    "elements": _HEAD + "".join(f'<task id="t{k}"/>' for k in range(100_000)) + _TAIL,
    "levels": _HEAD + '<subProcess id="s">' * 10_000 + "</subProcess>" * 10_000 + _TAIL,
    "laughs": "<!DOCTYPE d [" + "".join(f'<!ENTITY a{k} "&a{k - 1};&a{k - 1};">' for k in range(1, 60)) + f"]>{_HEAD}{_TAIL}",
    "calls": f"{_HEAD}{_TAIL}".replace(
        '<process id="p" isExecutable="true"></process>',
        "".join(
            f'<process id="p{k}" isExecutable="true"><startEvent id="s{k}"/><callActivity id="c{k}" calledElement="p{(k + 1) % 3000}"/>'
            f'<sequenceFlow id="f{k}" sourceRef="s{k}" targetRef="c{k}"/></process>'
            for k in range(3000)
        ),
    ),
    "FEEL": f'{_HEAD}<startEvent id="s"/><exclusiveGateway id="x" default="e"/><task id="a"/><task id="b"/>'
    '<sequenceFlow id="d" sourceRef="s" targetRef="x"/><sequenceFlow id="e" sourceRef="x" targetRef="a"/>'
    f'<sequenceFlow id="f" sourceRef="x" targetRef="b">{_BOMB}</sequenceFlow>{_TAIL}',
}  # fmt: skip


def _milliseconds(arguments: list[str], *, wanted: int) -> int:
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=False)  # noqa: S603 - ourselves
        best = min(best, time.perf_counter() - began)
        if done.returncode != wanted:
            raise SystemExit(f"{arguments[-1]}: exit status {done.returncode}")
    return round(best * 1000)


def main() -> None:
    """Print one line of JSON."""
    figures: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in MODELS.items():
            file = Path(folder) / f"{name}.bpmn"
            file.write_text(text, encoding="utf-8")
            checked = _milliseconds(["-m", "tongban.runtime.cli", "process", "check", str(file)], wanted=1)
            figures[name] = {"ms": checked, "expat_ms": _milliseconds(["-c", _PARSE, str(file)], wanted=0)}
    slowest = max(each["ms"] for each in figures.values())
    sys.stdout.write(
        json.dumps({"benchmark": "refusals", "slowest_ms": slowest, "target_ms": 1000, "models": figures})
        + "\n"
    )


if __name__ == "__main__":
    main()
