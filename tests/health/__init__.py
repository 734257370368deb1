"""What is red when something is stuck."""
