"""The same ask(), measured: known facts must be answered, absent facts refused."""
