"""From facts to letters: the shell around the rules."""
