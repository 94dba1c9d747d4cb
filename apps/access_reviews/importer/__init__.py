"""Access exports: layouts, columns, JSON answers of interfaces, rows."""
