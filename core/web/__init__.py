"""What every page and API answer shares: request ids, refusals, health, logging, template tags."""
