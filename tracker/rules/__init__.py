"""The product: pure judgements. Standard library only; no clock, no rows, no text for humans."""
