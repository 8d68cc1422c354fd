"""What becomes of a parsed file: its report, its places, its slices, its rows."""
