"""Exchange: the data hub between departments.

Takes: a purpose (case, item, elements) and a resource to ask; messages to departments; their replies.
Gives: values with their provenance; delivery that survives crashes of either side; each reply once.
Writes: `tongban.exchange.*` events: every read and every refusal, every message, every outage.
A right is never configured here: it is derived from the catalogue and the case.
"""
