"""Paging, one mode a file: reads an answer, shapes the next request, and proves that the end is the end."""
