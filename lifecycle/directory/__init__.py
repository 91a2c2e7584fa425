"""Value types of the directory: names, bits, accounts, operations. Pure."""
