"""The pages and small answers of the slides room."""
