class Unbalanced(Exception):
    """The lines of a transaction do not sum to zero: a mistake in the program, never a person's."""
