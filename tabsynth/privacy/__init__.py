"""Privacy by construction: what is done to a table before anything is learned from it."""
