"""The composer: a life event put together from items, and what follows from it at once."""
