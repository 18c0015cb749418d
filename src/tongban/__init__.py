"""通办 Tongban: one application, many departments."""
