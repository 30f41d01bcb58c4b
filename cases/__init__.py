"""Patients, cases, specimens, blocks and slides as linked objects; and who may see them."""
