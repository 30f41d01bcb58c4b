"""Other people's tile servers, as their own examples set them up, to be measured beside ours."""
