"""Systems, snapshots, campaigns and revocations."""
