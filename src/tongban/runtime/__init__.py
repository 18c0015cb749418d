"""Runtime: settings, embedded servers, entry points and the wiring between rooms.

Takes the rooms below as they are and makes processes of them: web, worker, live progress, the `tongban`
command, and on one machine the database, the broker and the simulated departments too. Rooms that must
not know each other (intake and casework, casework and the faces) meet here, in `wiring`.
"""
