"""The inbox, the badge and the live stream."""
