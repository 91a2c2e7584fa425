"""What a run tells people: pure text and tables, no Prefect."""
