"""A demo store with planted taste and planted dirt, so that results can be checked against a known truth."""

from warehouse_operations.demo_store.settings import Settings
from warehouse_operations.demo_store.store import planted_product_truth, planted_truth, write_store
from warehouse_operations.demo_store.tables import COLUMNS, TABLES

__all__ = ["COLUMNS", "TABLES", "Settings", "planted_product_truth", "planted_truth", "write_store"]
