"""Tallyman, the bot: it keeps the books of a specification project (the house plan is in docs/house.md)."""
