"""Base of the API: access, pages, errors, viewsets. Import from the modules."""
