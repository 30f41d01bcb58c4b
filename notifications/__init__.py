"""What tells a person that something needs them: the inbox and the mail about it."""
