"""What can be wrong with a message or a mapping. No error holds a value: values are personal data."""

from http import HTTPStatus

from tongban.kernel.errors import TongbanError


class DialectError(TongbanError):
    """A message that does not fit the mapping; ``params`` name department, path and what was expected.

    Codes: ``dialect.mapping`` (the mapping file itself), ``dialect.content_type``, ``dialect.document`` (not
    JSON, XML or form), ``dialect.too_large`` (413), ``dialect.missing``, ``dialect.unmapped``,
    ``dialect.code``, ``dialect.value``, ``dialect.refused`` (the department said no),
    ``dialect.unavailable`` (503).
    """

    STATUS = HTTPStatus(422)


def fault(
    cause: str, department: str, path: str, expected: str, *, hint: str = "", status: int | None = None
) -> DialectError:
    """The error for `path` in a message of `department`; `expected` completes "expected …"."""
    return DialectError(
        f"dialect.{cause}",
        f"{department}: {path}: expected {expected}.",
        hint=hint,
        status=status,
        department=department,
        path=path,
        expected=expected,
    )
