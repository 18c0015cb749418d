"""The composer's pages: the event, its conditions, the preview of its form, what is new, a service item."""
