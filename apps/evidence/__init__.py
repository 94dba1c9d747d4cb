"""Files as proof, addressed by their content."""
