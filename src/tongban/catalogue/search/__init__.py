"""Finds life events and items by what people type.

Names, everyday words and whole sentences, in Simplified or Traditional characters, pinyin, its initials, in
English or mixed; a wrong, missing or swapped letter or character does not keep anyone out.

- `script` and `words` bring what is typed and what is written into one form: script, everyday words, fillers.
- `phrases` holds the forms in which a phrase is compared, and how a query finds its place in one.
- `documents` says by what a thing is known, and what its texts say.
- `index` holds everything that can be found, and ranks it.
"""

from tongban.catalogue.search.documents import Kind
from tongban.catalogue.search.index import Hit, How, Index

__all__ = ["Hit", "How", "Index", "Kind"]
