"""What `make bench` needs besides the product."""
