"""The kernel: small value types that every other room stands on.

====================  =================================================================================
module                what it holds
====================  =================================================================================
`errors`              one tree of errors, each with a code, a status, a sentence and a hint (RFC 9457)
`ids`                 UUIDv7 identifiers; application numbers that people read aloud, with a check character
`canonical`           RFC 8785 canonical JSON and its SHA-256 digest
`crypto`              signature suites as values (Ed25519), keys as PEM or base64
`calendar`            statutory working days: public holidays and make-up workdays, versioned, honest about
                      years whose notice is not published yet
`clock`               a legal time limit as a fold over events: due date, spent, left, paused, overdue
`notices`             the yearly notice on public holidays as a file (used through `calendar`)
`tally`, `spans`      the moves of a clock and the arithmetic under it (used through `clock`)
`numbers`             resident identity numbers, unified social credit codes, mobile numbers
`regions`             administrative divisions down to county with their history
====================  =================================================================================

It takes values and gives values. It knows no Django and no other room, opens nothing but data files of
installed packages, and never asks what time it is: time is an argument. It writes no events.
"""
