"""The fresh set's expected values, by the kind of file that they come from."""
