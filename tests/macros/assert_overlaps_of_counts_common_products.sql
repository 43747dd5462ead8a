-- Catches an overlap that depends on positions, counts a product beyond k, or uses the length of the shorter list as denominator.
-- `moved` has the same products in another order. `grown` had one product and now has two, including the old one. A customer with
-- only one list has no overlap.
{%- set length = var('list_length') | int %}
{#- values of k among the vars -#}
{%- set measured = [0] + [5, 10] | select('in', evaluation_ks() + [length]) | select('le', length) | list %}
with release_lists (release, customer_id, list_rank, product_id) as (
    values
    ('last', 'moved', 1, 'p1'),
    ('last', 'moved', 6, 'p2'),
    ('this', 'moved', 1, 'p2'),
    ('this', 'moved', 6, 'p1'),
    ('last', 'grown', 1, 'p1'),
    ('this', 'grown', 1, 'p2'),
    ('this', 'grown', 2, 'p1'),
    ('this', 'new', 1, 'p1'),
    ('last', 'gone', 1, 'p1')
),

expected (customer_id, k, overlap_at_k) as (
    values
    ('moved', 5, 0.0),
    ('moved', 10, 1.0),
    ('grown', 5, 0.5),
    ('grown', 10, 0.5)
),

found as (
    {{ overlaps_of('release_lists') }}
)

select
    coalesce(expected.customer_id, found.customer_id) as customer_id,
    coalesce(expected.k, found.k) as k,
    expected.overlap_at_k as expected_overlap,
    found.overlap_at_k as found_overlap
from expected
full outer join found
    on
        expected.customer_id = found.customer_id
        and expected.k = found.k
where
    expected.overlap_at_k is distinct from found.overlap_at_k
    and coalesce(expected.k, found.k) in ({{ measured | join(', ') }})
