"""What runs by the clock: slots, ticks, the worker."""
