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

Pure; writes no events: casework records, and does not use the engine yet.
"""
