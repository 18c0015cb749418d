"""Decision models in DMN: read, checked, compiled and evaluated (OMG DMN 1.5; files of 1.1 to 1.6 are read).

====================  =================================================================================
module                what it holds
====================  =================================================================================
`decisions`           `load` → `Model`: `decide`, `findings`, `read_inputs`; `Verdict`
`model`               a model as it is written, frozen; `Finding`
`reader`              XML → `model`, with `boxed_reader`
`linking`, `program`  hrefs, imports and circles; the graph of decisions and its evaluation
`catalog`, `types`    item definitions; whether a value is of a type and what becomes of it
`frame`, `boxed`      boxed expressions → closures
`table`, `hits`       decision tables; `columns` and `cells` make them an index
`check`               findings about a model; `cut` and `boxes`: gaps, overlaps, rules that never decide
`grid`, `spans`       a table as people edit it, written back into its XML; all else stays byte for byte
`examples`            examples that stand in a model, tried at each check
`values`              JSON ↔ FEEL values
====================  =================================================================================

    >>> from tongban.rules import dmn
    >>> verdict = dmn.load(text).decide("Fee", {"Days": 45})

Nothing here evaluates Python or fetches anything; an evaluation is bounded in steps, list and text sizes, and
what has no value is null with a message that names the element and the reason, never a value.
"""

from tongban.rules.dmn.decisions import LIMITS, Model, Verdict, load
from tongban.rules.dmn.frame import Message
from tongban.rules.dmn.model import Finding, Import

__all__ = ["LIMITS", "Finding", "Import", "Message", "Model", "Verdict", "load"]
