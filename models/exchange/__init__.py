"""Tables that other programs keep, as files of comma-separated values: taken in, and given out."""
