"""The ways in: HTTP, the page, the command line."""
