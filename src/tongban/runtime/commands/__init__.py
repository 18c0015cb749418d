"""The groups of the `tongban` command, one module each."""
