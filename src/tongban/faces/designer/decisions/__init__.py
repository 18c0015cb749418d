"""Decision tables: an accessible grid with a test panel."""
