"""The home page, worklists and what joins the rooms for a person at work."""
