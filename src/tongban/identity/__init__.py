"""Identity: who someone is and what they may do: people, organisations, staff posts, roles.

Takes: a sign-in (today local accounts; OpenID Connect takes the same place in `adapters/`).
Gives: the account of a request with its person and its posts; the one access rule that each route carries.
Writes: `tongban.identity.*` events (signed in, refused).
"""
