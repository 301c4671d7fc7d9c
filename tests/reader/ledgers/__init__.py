"""Makes ledgers: by hand for the vectors, by chance for comparisons with the program."""
