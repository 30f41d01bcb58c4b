"""Loading presets, confirming and stating rules; recording what a rule asks for, and ending it."""
