"""The run, from reading to reporting: every flow, test and benchmark calls it, each with its own ports.

In the order of a run: ``recording`` keeps it in the store, ``turn`` waits for the directory; ``reading`` reads and
proves the endpoints, ``people`` merges, validates and maps, ``directory`` views the domain, ``planning`` plans,
``gate`` holds the plan against its limits, ``approval`` takes one that a person has approved, ``applying`` settles what
a killed run left open and carries the plan out, ``tickets`` takes requests in hand and answers them, ``report`` tells, ``notifications`` has the texts for people.
"""
