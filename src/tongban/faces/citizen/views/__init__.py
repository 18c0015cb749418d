"""The citizen's views: each asks a room below and renders a page."""
