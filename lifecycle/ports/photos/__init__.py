"""Pictures of people, from a folder."""
