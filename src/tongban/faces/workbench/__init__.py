"""The workbench: what a department's staff see."""
