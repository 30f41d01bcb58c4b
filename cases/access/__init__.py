"""Who may see what: one definition (branches), two composers, and the writer of grants."""
