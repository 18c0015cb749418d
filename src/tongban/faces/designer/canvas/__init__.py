"""The canvas: a process drawn in BPMN with our own palette, panel and words."""
