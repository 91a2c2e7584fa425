"""The main job on the sandbox, told as it happens: ``python -m sandbox.demo``."""
