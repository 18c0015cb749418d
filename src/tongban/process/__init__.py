"""Process: what runs after what.

Takes: the items of a case, with what each needs and produces, and a calendar.
Gives: the plan: which item waits for which and why, what runs at once, when all is promised.
The token engine and BPMN take their places beside the planner later. Writes no events: casework records.
"""
