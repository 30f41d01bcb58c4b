"""The demo's world: fictional laboratories, people and cases, brought in through the real actions in a simulated past.

Never loaded into a system that holds real patients: the command refuses everywhere but in the demo.
"""
