"""Sites, agents, assignments, rosters."""
