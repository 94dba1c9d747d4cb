"""Sign-in, invitations and role changes."""
