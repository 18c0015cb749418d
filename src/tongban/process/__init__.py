"""Process: what runs after what.

Takes: the items of a case, with what each needs and produces, and a calendar; or a model in BPMN 2.0.
Gives: the plan: which item waits for which and why, what runs at once, when all is promised; the process
graph, and the token engine that runs it.

==================  ================================================================================
`planner`           the plan, computed
`plans`, `bpmn`     the two front ends: a plan or BPMN 2.0 XML → `graph`
`checks`            whether a graph can mean what it says
`engine`            (state, event) → (state, effects)
`tryout`, `script`  a model on virtual time against a scripted outside world
`expressions`       FEEL, its neighbours, and what is not run
`drawing`           pictures, drawn on the server
`timing`, `xml`     timers; XML that keeps what it does not know
==================  ================================================================================

The durable half, on top of it: instances in the database, one SQL statement per step.

==================  ================================================================================
`actions`           deploy, start, complete, message …; what an operator does by hand
`queries`           instances, open work, incidents
`definitions`       models compiled once per version
`store`             the statement; `projecting`: what of a state stands in rows of its own
`owners`, `jobs`    rooms that move with an instance; handlers of work that no person does
==================  ================================================================================

Writes `tongban.process.*` (see `events`). The first table and all it names know no Django.
"""
