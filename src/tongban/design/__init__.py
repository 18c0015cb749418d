"""Design: what may change what runs, and how.

Takes: edits of staff to the files of the catalogue: life events, items, processes (BPMN), decisions (DMN).
Gives: drafts with every revision and comment; the review of a draft against what applies now (soundness,
limits against the law, unknown elements, access that it opens, the difference); a try-out with a synthetic
applicant; publication from a day on after somebody else has approved; rollback.
Writes: `tongban.design.*` events on the stream ``draft:<id>``.
"""
