"""The tile process: a tiny WSGI application that asks who may see a slide, remembers a yes for 5 s, puts the look on
record, and sends tiles."""
