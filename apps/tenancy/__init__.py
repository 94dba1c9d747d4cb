"""Organizations, people, memberships, and who is asking."""
