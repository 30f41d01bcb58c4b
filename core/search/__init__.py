"""Finding by what somebody types: one table of keys, each in the scope of who may find by it; it knows no noun."""
