"""Ten simulated department systems: for the demo, the tests and whoever wants to see both ends of the wire.

Each is its own process with its own SQLite file, its own tables and its own dialect, written here as that
department would write it, without the platform's mappings: otherwise a mapping would prove nothing. They
know the platform only by its wire contract, so they import ``tongban.kernel`` and
``tongban.exchange.signatures`` and nothing else of it.

``python -m departments health --config health.json`` starts one; `config` says what the file holds.
All people, companies and numbers are synthetic, see `population`.
"""
