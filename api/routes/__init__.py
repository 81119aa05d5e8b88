"""Handlers of a few lines each: parse, call, convert."""
