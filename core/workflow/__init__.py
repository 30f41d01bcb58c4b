"""State machines as tables, the one engine that moves a noun, and the timeline it leaves."""
