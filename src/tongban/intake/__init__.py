"""Intake: one window. From a wish to a submitted application.

Takes: a life event, the signed-in person, what registries answer (through exchange), the answers, the files.
Gives: the one derived form, the pre-check, the submitted application with its receipt.
Writes: `tongban.intake.*` events: started, consented, prefilled, answered, disputed, uploaded, submitted.
It never knows casework: `runtime.wiring` opens the case when *submitted* is in the journal.
"""
