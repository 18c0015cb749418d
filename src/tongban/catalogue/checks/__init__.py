"""The checks behind `tongban.catalogue.check`, one file per concern."""
