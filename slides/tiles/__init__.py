"""The tile process: a tiny WSGI application that asks who may see a slide, remembers a yes for 5 s, and sends tiles."""
