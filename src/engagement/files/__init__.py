"""Logs in files: CSV, Excel, JSON and Parquet, and what stands beside them."""
