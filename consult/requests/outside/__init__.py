"""An expert from outside the installation, invited for the case of one request."""
