"""The pages: read input, call one function, show the result."""
