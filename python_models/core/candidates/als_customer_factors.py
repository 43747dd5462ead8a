from warehouse_recommender import frames
from warehouse_recommender.candidates import als, trials


def model(dbt, session):
    found = frames.read(dbt.ref("source_trials"), trials.CHOICE_COLUMNS, order_by=["search", "trial"])
    products = frames.read(dbt.ref("als_product_factors"), als.PRODUCT_COLUMNS, order_by=["cutoff_id", "product_index"])
    directions = frames.read(dbt.ref("customer_directions"), als.DIRECTION_COLUMNS, order_by=["cutoff_id", "direction_index"])
    cells = frames.Rows(dbt.ref("als_cells"), als.CELL_COLUMNS)

    def compute(cells):
        return als.customer_factors(cells, products, directions, regularization=trials.als_penalty(found))

    return frames.by_customers(session, compute, als.CUSTOMER_SCHEMA, cells)
