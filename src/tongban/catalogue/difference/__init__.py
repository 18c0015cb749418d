"""The difference between two versions of the catalogue, in words for people.

- `words` holds the sentences in three languages.
- `changes` says what a change is.
- `compare` walks through both versions and says one sentence per difference, with whom it touches.
"""

from tongban.catalogue.difference.changes import Change, Difference
from tongban.catalogue.difference.compare import difference

__all__ = ["Change", "Difference", "difference"]
