"""The demo: its world, its people, its pages. Only where settings.DEMO is on."""
