"""What is due, and who was told."""
