"""Expected answers, computed from the files: one function for each question, named by its id."""
