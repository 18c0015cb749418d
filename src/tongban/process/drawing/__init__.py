"""Pictures of processes, drawn on the server: no editor code reaches the page that shows one.

==================  ================================================================================
`picture`           shapes and edges with their places, in units that are pixels at 100 %
`diagram`           places as somebody drew them (BPMN diagram interchange)
`layout`            places for a graph that nobody drew
`arranging`         a graph or a plan → a picture, by `layout`
`svg`               a picture, with marks for what is done and what waits → SVG
`symbols`           the small signs inside events, gateways and tasks
==================  ================================================================================

Pure. The picture never stands alone: a page that shows it says the same in words beside it.
"""

from tongban.process.drawing.arranging import picture_of_graph, picture_of_plan, picture_of_waits
from tongban.process.drawing.diagram import picture_of_document
from tongban.process.drawing.picture import Edge, Picture, Shape
from tongban.process.drawing.svg import STATES, Mark, svg

__all__ = [
    "STATES",
    "Edge",
    "Mark",
    "Picture",
    "Shape",
    "picture_of_document",
    "picture_of_graph",
    "picture_of_plan",
    "picture_of_waits",
    "svg",
]
