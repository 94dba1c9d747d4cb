"""Business associate agreements, their versions, scope and flow-down."""
