"""Welcome: visits, first welcomes, groups, appointments."""
