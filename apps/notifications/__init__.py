"""Product messages: inbox and e-mail."""
