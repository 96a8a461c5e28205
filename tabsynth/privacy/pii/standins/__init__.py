"""Stand-ins: what takes the place of a personal value, always the same within a run."""
