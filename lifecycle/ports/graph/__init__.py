"""The adapter to Microsoft Graph: token, batches, pages, and the words of its refusals."""
