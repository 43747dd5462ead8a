-- Catches neighbours in another order than by cosine or inner product, ties in random order, and more than k neighbours. Catches
-- a vector that is its own neighbour when excluded, or is missing when included. Catches neighbours of a zero or NULL vector: NaN
-- would be the nearest of all. The cosine ignores lengths, the inner product does not: b is twice as long as c.
with numbers (vector_id, x, y) as (
    values
    ('a', 1, 0),
    ('b', 2, 2),
    ('c', 1, 1),
    ('d', 0, -1),
    ('nothing', 0, 0),
    ('unknown', null, null)
),

-- The two engines have no common syntax for an array of fixed size.
vectors as (
    select
        vector_id,
        cast(
            case when x is not null then {{ array_of(['x', 'y']) }} end
            as {{ 'float[2]' if target.type == 'duckdb' else 'array<float>' }}
        ) as embedding
    from numbers
),

queries as (
    select
        vector_id,
        embedding
    from vectors
    where vector_id in ('a', 'd', 'nothing', 'unknown')
),

expected (kind, query_id, similarity_rank, target_id, similarity) as (
    values
    ('cosine', 'a', 1, 'b', 0.7071068),
    ('cosine', 'a', 2, 'c', 0.7071068),
    ('cosine', 'd', 1, 'a', 0),
    ('cosine', 'd', 2, 'b', -0.7071068),
    ('cosine with itself', 'a', 1, 'a', 1),
    ('cosine with itself', 'd', 1, 'd', 1),
    ('inner product', 'a', 1, 'b', 2),
    ('inner product', 'a', 2, 'c', 1),
    ('inner product', 'a', 3, 'd', 0),
    ('inner product', 'd', 1, 'a', 0),
    ('inner product', 'd', 2, 'nothing', 0),
    ('inner product', 'd', 3, 'c', -1),
    ('inner product', 'nothing', 1, 'a', 0),
    ('inner product', 'nothing', 2, 'b', 0),
    ('inner product', 'nothing', 3, 'c', 0)
),

actual as (
    select
        'cosine' as kind,
        found.*
    from ({{ nearest_vectors('queries', 'vectors', 2, 'cosine', true) }}) as found
    union all
    select
        'cosine with itself' as kind,
        found.*
    from ({{ nearest_vectors('queries', 'vectors', 1, 'cosine', false) }}) as found
    union all
    select
        'inner product' as kind,
        found.*
    from ({{ nearest_vectors('queries', 'vectors', 3, 'inner_product', true) }}) as found
)

select
    actual.*,
    expected.target_id as expected_id,
    expected.similarity as expected_similarity
from expected
full outer join actual
    on
        expected.kind = actual.kind
        and expected.query_id = actual.query_id
        and expected.similarity_rank = actual.similarity_rank
where
    expected.target_id is distinct from actual.target_id
    or coalesce(abs(expected.similarity - actual.similarity) > 0.000001, true)
