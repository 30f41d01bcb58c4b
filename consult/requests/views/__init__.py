"""Pages of the requests room: they parse, call one action and answer."""
