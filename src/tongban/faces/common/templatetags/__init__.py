"""Template tags that every face may load."""
