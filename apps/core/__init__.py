"""Ground: errors, types, dates, clock, ids, tables in, PDF. No domain."""
