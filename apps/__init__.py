"""The rooms of the portal, floors below floors; see CONTRIBUTING.md."""
