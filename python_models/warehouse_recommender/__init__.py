"""Numerics of the warehouse recommender: arrays in, arrays out.

Nothing here imports dbt, DuckDB or Spark; only :mod:`warehouse_recommender.frames` knows which engine runs. Importing the package
pins BLAS to one thread for the whole process: the solvers run in parallel over customers, results stay the same on any number of
threads, and two models that dbt runs side by side don't fight for cores.
"""

import scipy.linalg  # noqa: F401  (loads BLAS, so that the limit below finds it)
from threadpoolctl import threadpool_limits

_BLAS_LIMITS = threadpool_limits(limits=1, user_api="blas")
