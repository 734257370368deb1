"""Who is who: units, officers and the appointments that tie them together."""
