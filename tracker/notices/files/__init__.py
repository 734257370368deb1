"""Files: from the bytes that an office holds to the text that the reader reads, whatever program wrote them."""
