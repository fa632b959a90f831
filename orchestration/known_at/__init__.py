"""As it was known: what the figures of an earlier day were, and which deliveries explain what they are today (rules C96-C97)."""
