"""Slides for demonstrations, load and leak tests: real sample files from packages, and one large slide made of them.

Plain Python without Django.
"""
