"""Decisions as pure functions of their arguments: no database, no clock, no network."""
