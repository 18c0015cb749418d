"""Flows: running cases as diagrams, and where time and volume gather.

Takes cases and figures of `casework`, within the region of the reader's post. Gives a life event's heat over
a period, the list of its cases, and each case as its diagram with what is done, by whom, where it waits and
for how long; a table says the same beside each picture. Shows numbers and states, no personal data. Writes
no events.
"""
