"""The API with the content of this repository."""

from tests.exchange.conftest import catalogue, catalogue_published
from tests.faces.conftest import _plain_static, _quick_passwords

__all__ = ["_plain_static", "_quick_passwords", "catalogue", "catalogue_published"]
