"""Mail that comes: answers that become reports, reports of failure that shut an address, and the rest for a person."""
