"""Leaves that know nobody: time, actors, ids, audit, jobs, workflow, web."""
