"""What must still happen: rows in the database, done by workers, swept until done."""
