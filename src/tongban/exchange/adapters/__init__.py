"""Outside systems that the exchange talks to: departments over signed HTTP."""
