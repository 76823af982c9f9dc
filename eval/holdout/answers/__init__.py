"""Expected answers of the held-out set: one function for each question, named by its id."""
