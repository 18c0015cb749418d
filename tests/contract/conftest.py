"""The API with the content of this repository."""

from tests.exchange.conftest import catalogue, catalogue_published
from tests.faces.conftest import _plain_static

__all__ = ["_plain_static", "catalogue", "catalogue_published"]
