"""What courses say no to."""
