"""Numerics of the warehouse recommender: arrays in, arrays out.

Nothing here imports dbt, DuckDB or Spark; only :mod:`warehouse_recommender.frames` depends on the engine. Importing the package
pins BLAS to one thread for the whole process, for three reasons. The solvers already run in parallel over customers. Results
don't depend on the number of threads. Two models that dbt runs in parallel don't compete for cores.
"""

import scipy.linalg  # noqa: F401  (loads BLAS, so that the limit below applies to it)
from threadpoolctl import threadpool_limits

_BLAS_LIMITS = threadpool_limits(limits=1, user_api="blas")
