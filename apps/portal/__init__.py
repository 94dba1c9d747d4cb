"""Pages that cross rooms. No models."""
