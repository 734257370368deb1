"""What runs by the clock: one tick is one function of a few lines."""
