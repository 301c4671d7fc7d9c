"""The vectors: ledgers that are written by hand, a commit for each rule and each boundary."""
