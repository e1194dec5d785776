"""Evidence: files in a vault, examined apart, compared, sealed. Opens no database, needs no network."""
