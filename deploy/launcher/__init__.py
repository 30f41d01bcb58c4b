"""The launcher: environment, services and processes of one machine, started and stopped in order.

`install` needs nothing but Python's standard library; everything else runs in the environment it made.
Nothing here is imported by the product.
"""
