"""Composing a life event: the pure part behind the composer. Values in, values out.

=============  ===============================================================================================
module         what it holds
=============  ===============================================================================================
`conditions`   a condition as choices instead of text: builder ⇄ FEEL
`editing`      one edit of a life event's file each: facts, items, sources, conditions
`roles`        its roles: added, renamed and taken out with what hangs on them
`sources`      which resources to ask, proposed from what items need
`outlook`      what follows from a life event as it stands: form, documents, plan, figures, findings
`changes`      what differs between two outlooks: against the version that applies now, or by the last edit
`synthetic`    made-up values, so that a form can be looked at before anybody applies
=============  ===============================================================================================

Files are edited as plain JSON, so that whatever a form does not show is kept as it stands.
"""
