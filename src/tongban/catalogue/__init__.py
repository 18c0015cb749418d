"""The catalogue: what departments do, what they need for it, what they give, and how fast the law wants it.

Takes the YAML files under ``catalogue/`` (one thing per file). Gives frozen values (`domain`), findings about
them (`check`), a search index (`search`) and stored versions that a case can be explained with years later.
Writes the events ``tongban.catalogue.version.published`` and ``tongban.catalogue.list.imported``.
"""
