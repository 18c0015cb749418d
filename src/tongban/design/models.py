"""Tables of design."""
