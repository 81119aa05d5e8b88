"""How the fitted numbers that ship are made again from data."""
