"""The run, from reading to reporting: every flow, test and benchmark calls it, each with its own ports.

``run`` says what a run is, ``prepared`` what it goes by. Then, in the order of a run: ``recording`` keeps it in the
store, and ``turn`` waits for the directory; ``reading`` reads the endpoints and proves them complete, ``people``
merges, validates and maps; ``applying`` settles what a killed run left open, ``directory`` views the domain, and
``prior_state`` loads what earlier runs left; ``planning`` plans, ``gate`` holds the plan against its limits, and
``approval`` takes one that a person has approved; ``applying`` carries it out. ``tickets``, ``outbox`` and
``notifications`` tell others of it.
"""
