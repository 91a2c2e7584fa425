"""Paging, a file for each way of going on: reads an answer, shapes the next request, proves that the end is one."""
