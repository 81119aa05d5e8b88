"""This project and its peers: same work, same machine, one run."""
