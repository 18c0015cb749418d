"""What all faces share: the frame of a page, its look in four modes, words, fields, clocks, problem pages.

Takes values of the rooms below (`Text`, `ClockState`, `DataElement`, `TongbanError`); gives template tags,
components and pages. Writes no events.
"""
