"""Journal: every fact of the platform, once, in order, and unalterable.

Takes: typed events from the rooms above, inside the transaction of the change that they record.
Gives: the events of one stream or of all, in a stable order; subscribers that survive restarts;
exports as CloudEvents 1.0, OCEL 2.0 and XES.
Events carry no personal data: what is personal stands in a side table behind a salted commitment, so that
erasure destroys it and the journal still proves.
Writes no events of its own.
"""
