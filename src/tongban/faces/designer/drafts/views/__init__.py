"""The pages about drafts: the lists, one draft, its review and its way to what applies, versions."""
