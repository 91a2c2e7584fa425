"""Microsoft 365 as rules and values: users and what they hold there, licences, and what can be asked. No I/O."""
