"""Views of flows: figures and cases for those who watch, process instances for operators."""
