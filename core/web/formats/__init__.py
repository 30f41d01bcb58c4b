"""Dates and numbers of the six locales (FORMAT_MODULE_PATH): en-GB, nl-NL, nl-BE, fr-FR, fr-BE, sv-SE.

Shown dates carry the month in words. Typed dates are ISO, or day first where that is the country's custom; month first
is never read, also not in Swedish, where Django would turn 05/11/1956 into May. nl serves nl-NL, fr serves fr-FR and sv
serves sv-SE.
"""
