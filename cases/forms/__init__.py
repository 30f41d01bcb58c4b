"""The forms of the cases room: they parse what was typed, the actions decide."""
