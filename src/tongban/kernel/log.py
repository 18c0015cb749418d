"""`get_logger` of structlog, without what structlog loads for drawing tracebacks on a developer's terminal.

Where `rich` is installed, structlog imports it and all it needs, which is a tenth of the start of a process.
Our logs hold no drawn tracebacks (`runtime.logs` writes an exception as its type and its places).
"""

import sys

_HIDDEN = "rich"

_known = sys.modules.get(_HIDDEN)
sys.modules[_HIDDEN] = None  # type: ignore[assignment]  # the way to say: there is no such module
try:
    import structlog
    from structlog import get_logger
finally:
    if _known is None:
        del sys.modules[_HIDDEN]
    else:
        sys.modules[_HIDDEN] = _known

__all__ = ["get_logger", "structlog"]
