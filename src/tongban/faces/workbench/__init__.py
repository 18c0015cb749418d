"""The workbench: what a department's clerks see and do.

Takes the inbox and the tasks of `casework`, scoped to the clerk's post. Gives the inbox, the case view, the
correction notice, the decision, the joint review. Each form carries the version that the clerk saw; the
second of two clerks is told who did what, and keeps what they typed. Writes no events of its own.
"""
