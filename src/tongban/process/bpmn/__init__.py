"""BPMN 2.0 XML: a strict reader that makes a process graph, and a document that can be written again.

`read` gives a `Reading`: the graph, what was found, and the document with all foreign extensions and the
diagram. A reading with an error has no graph.
"""

from tongban.process.bpmn.reading import Reading, read

__all__ = ["Reading", "read"]
