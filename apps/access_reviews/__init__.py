"""Systems, access grants, campaigns and revocations."""
