"""Question templates, answers, reviews and findings."""
