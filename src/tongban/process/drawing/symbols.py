"""Small signs of BPMN, as SVG inside a box of 20 × 20 with its middle at (0, 0). Drawn by ourselves."""

TRIGGERS = {
    "timer": '<circle r="8"/><path d="M0 -5V0L4 2.5"/>',
    "message": '<path d="M-8 -5.5H8V5.5H-8Z M-8 -5.5L0 1L8 -5.5"/>',
    "signal": '<path d="M0 -8L8 6H-8Z"/>',
    "error": '<path d="M-8 7L-3 -6L2 3L8 -8L3 7L-2 -2Z"/>',
    "escalation": '<path d="M0 -8L6 7L0 1L-6 7Z"/>',
    "conditional": '<path d="M-6 -8H6V8H-6Z M-3 -4H3 M-3 0H3 M-3 4H3"/>',
    "compensation": '<path d="M0 -6V6L-8 0Z M8 -6V6L0 0Z"/>',
    "cancel": '<path d="M-6 -6L6 6 M-6 6L6 -6"/>',
    "terminate": '<circle r="7" class="full"/>',
    "link": '<path d="M-8 -3H1V-7L8 0L1 7V3H-8Z"/>',
    "multiple": '<path d="M0 -8L8 -2L5 7H-5L-8 -2Z"/>',
}
"""By kind of event."""

GATEWAYS = {
    "exclusiveGateway": '<path class="bold" d="M-6 -7L6 7 M-6 7L6 -7"/>',
    "parallelGateway": '<path class="bold" d="M0 -9V9 M-9 0H9"/>',
    "inclusiveGateway": '<circle class="bold" r="8"/>',
    "complexGateway": '<path class="bold" d="M0 -9V9 M-9 0H9 M-6 -6L6 6 M-6 6L6 -6"/>',
    "eventBasedGateway": '<circle r="10"/><path d="M0 -6L6 -1L4 5H-4L-6 -1Z"/>',
}

TASKS = {
    "userTask": '<circle cy="-4" r="3.5"/><path d="M-7 8C-7 2 7 2 7 8Z"/>',
    "serviceTask": '<circle r="3"/><path d="M0 -8V-5 M0 5V8 M-8 0H-5 M5 0H8 M-5.6 -5.6L-3.5 -3.5'
    ' M3.5 3.5L5.6 5.6 M-5.6 5.6L-3.5 3.5 M3.5 -3.5L5.6 -5.6"/>',
    "scriptTask": '<path d="M-6 -8H6V8H-6Z M-3 -3H3 M-3 1H3 M-3 5H1"/>',
    "businessRuleTask": '<path d="M-8 -6H8V6H-8Z M-8 -2H8 M-2 -2V6"/>',
    "sendTask": '<path class="full" d="M-8 -5.5H8L0 0.5Z"/><path d="M-8 -5.5H8V5.5H-8Z"/>',
    "receiveTask": '<path d="M-8 -5.5H8V5.5H-8Z M-8 -5.5L0 1L8 -5.5"/>',
    "manualTask": '<path d="M-7 7V-1H-4L0 -6V-1H7V7Z"/>',
}

REPEATED = {
    "loop": '<path d="M4 4A6 6 0 1 1 5 -3 M5 -7V-3H1"/>',
    "parallel": '<path class="bold" d="M-5 -6V6 M0 -6V6 M5 -6V6"/>',
    "sequential": '<path class="bold" d="M-6 -5H6 M-6 0H6 M-6 5H6"/>',
}

STATES = {
    "done": '<path class="bold" d="M-5 0L-1.5 4L5.5 -4.5"/>',
    "active": '<path class="full" d="M-3.5 -5.5L5.5 0L-3.5 5.5Z"/>',
    "waiting": '<path class="bold" d="M-2.5 -5V5 M2.5 -5V5"/>',
    "needs": '<path class="bold" d="M0 -6V1.5 M0 5V5.5"/>',
    "failed": '<path class="bold" d="M-4 -4L4 4 M-4 4L4 -4"/>',
    "skipped": '<path class="bold" d="M-5 -4L0 0L-5 4 M0 -4L5 0L0 4"/>',
    "later": '<circle r="2"/>',
}
"""What is known about an element now: never told by colour alone."""
