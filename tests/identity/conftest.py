"""Pages without collected files, passwords that cost nothing."""

from tests.faces.conftest import _plain_static, _quick_passwords

__all__ = ["_plain_static", "_quick_passwords"]
