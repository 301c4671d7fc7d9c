"""A second reader of the ledger format, written from LEDGER_FORMAT.md alone."""
