"""Casework: the application being worked.

Takes: a submitted application (as values, from `runtime.wiring`), departments' replies, clerks' decisions,
the applicant's corrections.
Gives: one dispatch per item with its own state, clocks and outcome; the case as a fold of its dispatches.
Writes: `tongban.casework.*` events on the stream of the application. One department's failure never blocks
a sibling; a rejected item frees nobody who needs its output.
"""
