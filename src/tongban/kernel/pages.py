"""Lists that are told page by page."""


def page_count(things: int, size: int) -> int:
    """How many pages of `size` so many things take; one even where there is nothing."""
    return max(1, -(-things // size))
