"""The API with the content of this repository."""

from tests.exchange.conftest import _checked, catalogue
from tests.faces.conftest import _plain_static, _quick_passwords

__all__ = ["_checked", "_plain_static", "_quick_passwords", "catalogue"]
