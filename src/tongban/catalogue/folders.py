"""Where the content stands."""

import os
from pathlib import Path


def product_folder() -> Path:
    """The product's own content: ``TONGBAN_CATALOGUE``, or ``catalogue/`` at the root of the source tree."""
    given = os.environ.get("TONGBAN_CATALOGUE")
    return Path(given or Path(__file__).resolve().parents[3] / "catalogue").resolve()
