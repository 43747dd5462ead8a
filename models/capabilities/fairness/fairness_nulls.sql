-- Grain: cutoff (test) × source × metric × attribute: what the gap between the farthest groups, or the ratio of the least to the
-- largest rate, would be if groups meant nothing: the mean over fairness_permutations deals of the same customers into groups of
-- the same sizes, in an order by the md5 of customer and deal. The farthest of several noisy means lie apart by chance, the
-- more the smaller the groups are; a gate that forgot it would fail on nothing.
with judged as (
    select
        cutoff_id,
        source,
        customer_id,
        ndcg_at_k as ndcg,
        hit_rate_at_k as hit
    from {{ ref('customer_metrics') }}
    where
        mode = '{{ served_mode() }}'
        and k = {{ var('fairness_k') }}
),

personal as (
    select distinct
        cutoff_id,
        source,
        customer_id
    from {{ ref('fairness_terms') }}
    where measure = 'personal'
),

large_groups as (
    select
        cutoff_id,
        attribute,
        protected_group
    from {{ ref('fairness_sums') }}
    where
        source = 'any'
        and measure = 'customers'
        and unit_count >= {{ var('fairness_fewest_customers') }}
),

customers as (
    select distinct
        cutoff_id,
        customer_id
    from judged
),

members as (
    select
        customers.cutoff_id,
        customers.customer_id,
        memberships.attribute,
        memberships.protected_group,
        row_number() over (
            partition by customers.cutoff_id, memberships.attribute order by customers.customer_id asc nulls last
        ) as seat
    from customers
    inner join {{ ref('customer_groups') }} as memberships on customers.customer_id = memberships.customer_id
    inner join large_groups
        on
            customers.cutoff_id = large_groups.cutoff_id
            and memberships.attribute = large_groups.attribute
            and memberships.protected_group = large_groups.protected_group
),

deals as ({{ literal_rows('deal', range(1, var('fairness_permutations') + 1)) }}),

shuffled as (
    select
        members.cutoff_id,
        members.customer_id,
        members.attribute,
        deals.deal,
        row_number() over (
            partition by members.cutoff_id, members.attribute, deals.deal
            order by
                md5(members.customer_id || ':' || cast(deals.deal as string)) asc nulls last,
                members.customer_id asc nulls last
        ) as seat
    from members
    cross join deals
),

dealt as (
    select
        shuffled.cutoff_id,
        shuffled.customer_id,
        shuffled.attribute,
        shuffled.deal,
        members.protected_group
    from shuffled
    inner join members
        on
            shuffled.cutoff_id = members.cutoff_id
            and shuffled.attribute = members.attribute
            and shuffled.seat = members.seat
),

means as (
    select
        dealt.cutoff_id,
        judged.source,
        dealt.attribute,
        dealt.deal,
        dealt.protected_group,
        {{ stable_sum('judged.ndcg') }} / count(*) as ndcg,
        {{ stable_sum('judged.hit') }} / count(*) as hit,
        count(personal.customer_id) / cast(count(*) as double) as personal
    from dealt
    inner join judged
        on
            dealt.cutoff_id = judged.cutoff_id
            and dealt.customer_id = judged.customer_id
    left join personal
        on
            judged.cutoff_id = personal.cutoff_id
            and judged.source = personal.source
            and judged.customer_id = personal.customer_id
    group by dealt.cutoff_id, judged.source, dealt.attribute, dealt.deal, dealt.protected_group
),

extremes as (
    select
        cutoff_id,
        source,
        attribute,
        deal,
        max(ndcg) - min(ndcg) as ndcg_gap,
        min(hit) / nullif(max(hit), 0) as hit_rate_disparity,
        min(personal) / nullif(max(personal), 0) as personal_list_disparity
    from means
    group by cutoff_id, source, attribute, deal
    having count(*) > 1
)

{% for metric in ['ndcg_gap', 'hit_rate_disparity', 'personal_list_disparity'] %}
select
    cutoff_id,
    source,
    '{{ metric }}' as metric,
    attribute,
    {{ stable_sum(metric) }} / count({{ metric }}) as null_mean
from extremes
group by cutoff_id, source, attribute
{{ 'union all' if not loop.last }}
{%- endfor %}
