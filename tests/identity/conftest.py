"""Pages without collected files, passwords that cost nothing."""

from tests.faces.conftest import _plain_static

__all__ = ["_plain_static"]
