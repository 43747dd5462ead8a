-- Catches tables that spell the same ids differently: their joins would silently be empty. Fails if fewer than lowest_share of
-- the ids of the table with fewer ids are in the other table. Raw customer ids are shown as patterns (9 for a digit except 0, a
-- or A for a letter). Remedy: expressions in the mapping file, or its setting id_case.
{{ config(meta={'prints': 'message'}) }}
{%- set lowest_share = 0.05 %}   {#- share of the ids of the table with fewer ids; ids spelled differently have none in common #}
{%- set fewest_ids = 5 %}   {#- tables with fewer ids may have none in common by chance #}
{%- set tables = {
    'customers': ref('stg_customers'), 'products': ref('stg_products'), 'order_lines': ref('stg_order_lines'),
    'events': ref('stg_events'), 'feedback': ref('stg_feedback'), 'impressions': ref('stg_impressions'),
    'consents': ref('stg_consents'),
} %}
{%- set digits = regexp_replace_all('compared_ids.raw_id', '[1-9]', '9') %}
{%- set form = regexp_replace_all(regexp_replace_all(digits, '[a-z]', 'a'), '[A-Z]', 'A') %}
{%- set other_forms = {
    'in one case (state `id_case: lower` beside `file` of each table)': 'lower(raw_id)',
    'without leading zeros (map ltrim(<column>, ''0'') in both)': "ltrim(raw_id, '0')",
    'by their digits alone': regexp_replace_all('raw_id', '[^0-9]', ''),
} %}
with pairs as (
    {%- for table, counterpart, column in met_ids() %}
    select
        '{{ table }}' as raw_table,
        '{{ counterpart }}' as counterpart,
        '{{ column }}' as id_column
    union all
    {%- endfor %}
    select
        '' as raw_table,
        '' as counterpart,
        '' as id_column
),

ids as (
    {%- for table, relation in tables.items() %}
    {%- for column in ['product_id', 'customer_id'] if column in raw_contract()[table]['columns'] %}
    select
        '{{ table }}' as raw_table,
        '{{ column }}' as id_column,
        {{ column }} as id
    from {{ relation }}
    where {{ column }} is not null
    group by {{ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

sizes as (
    select
        raw_table,
        id_column,
        count(*) as id_count
    from ids
    group by raw_table, id_column
),

shared_ids as (
    select
        pairs.raw_table,
        pairs.counterpart,
        pairs.id_column,
        count(*) as shared_count
    from pairs
    inner join ids as own on pairs.raw_table = own.raw_table and pairs.id_column = own.id_column
    inner join ids as counterparts
        on pairs.counterpart = counterparts.raw_table and pairs.id_column = counterparts.id_column and own.id = counterparts.id
    group by pairs.raw_table, pairs.counterpart, pairs.id_column
),

disjoint_pairs as (
    select
        pairs.raw_table,
        pairs.counterpart,
        pairs.id_column,
        own.id_count,
        counterparts.id_count as counterpart_count,
        coalesce(shared_ids.shared_count, 0) as shared_count
    from pairs
    inner join sizes as own on pairs.raw_table = own.raw_table and pairs.id_column = own.id_column
    inner join sizes as counterparts on pairs.counterpart = counterparts.raw_table and pairs.id_column = counterparts.id_column
    left join shared_ids
        on
            pairs.raw_table = shared_ids.raw_table
            and pairs.counterpart = shared_ids.counterpart
            and pairs.id_column = shared_ids.id_column
    where
        least(own.id_count, counterparts.id_count) >= {{ fewest_ids }}
        and coalesce(shared_ids.shared_count, 0) < {{ lowest_share }} * least(own.id_count, counterparts.id_count)
),

-- Only the ids of the disjoint pairs, as they were before pseudonyms replaced them.
compared_ids as (
    select distinct
        ids.raw_table,
        ids.id_column,
        coalesce(identities.raw_customer_id, ids.id) as raw_id
    from disjoint_pairs
    inner join ids
        on
            disjoint_pairs.id_column = ids.id_column
            and (disjoint_pairs.raw_table = ids.raw_table or disjoint_pairs.counterpart = ids.raw_table)
    left join {{ ref('customer_identities') }} as identities on ids.id_column = 'customer_id' and ids.id = identities.customer_id
),

examples as (
    select
        compared_ids.raw_table,
        compared_ids.id_column,
        min(case when compared_ids.id_column = 'customer_id' then {{ form }} else compared_ids.raw_id end) as lowest_id,
        max(case when compared_ids.id_column = 'customer_id' then {{ form }} else compared_ids.raw_id end) as highest_id
    from compared_ids
    group by compared_ids.raw_table, compared_ids.id_column
),

other_forms as (
    {%- for advice, expression in other_forms.items() %}
    select distinct
        {{ loop.index }} as form_number,
        {{ sql_text(advice) }} as advice,
        raw_table,
        id_column,
        {{ expression }} as id
    from compared_ids
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

remedies as (
    select
        disjoint_pairs.raw_table,
        disjoint_pairs.counterpart,
        disjoint_pairs.id_column,
        own.form_number,
        own.advice,
        count(*) as shared_count
    from disjoint_pairs
    inner join other_forms as own on disjoint_pairs.raw_table = own.raw_table and disjoint_pairs.id_column = own.id_column
    inner join other_forms as counterparts
        on
            disjoint_pairs.counterpart = counterparts.raw_table
            and disjoint_pairs.id_column = counterparts.id_column
            and own.form_number = counterparts.form_number
            and own.id = counterparts.id
    where own.id <> ''
    group by disjoint_pairs.raw_table, disjoint_pairs.counterpart, disjoint_pairs.id_column, own.form_number, own.advice
),

best_remedies as (
    select
        raw_table,
        counterpart,
        id_column,
        max_by(advice, shared_count * 10 - form_number) as advice,
        max(shared_count) as shared_count
    from remedies
    group by raw_table, counterpart, id_column
)

select
    concat(
        disjoint_pairs.id_column, ' of ', disjoint_pairs.raw_table, ' and of ', disjoint_pairs.counterpart, ' hardly overlap: ',
        disjoint_pairs.shared_count, ' ids are in both. ', disjoint_pairs.raw_table, ' has ', disjoint_pairs.id_count,
        ', such as ''',
        own.lowest_id, ''' and ''', own.highest_id, '''; ', disjoint_pairs.counterpart, ' has ', disjoint_pairs.counterpart_count,
        ', such as ''', counterparts.lowest_id, ''' and ''', counterparts.highest_id, '''.',
        case
            when best_remedies.shared_count > disjoint_pairs.shared_count
                then concat(' Compared ', best_remedies.advice, ', ', best_remedies.shared_count, ' would be in both.')
            else ''
        end,
        ' Correct the mapping of ', disjoint_pairs.id_column, ' in the mapping file.'
    ) as message
from disjoint_pairs
inner join examples as own on disjoint_pairs.raw_table = own.raw_table and disjoint_pairs.id_column = own.id_column
inner join examples as counterparts
    on disjoint_pairs.counterpart = counterparts.raw_table and disjoint_pairs.id_column = counterparts.id_column
left join best_remedies
    on
        disjoint_pairs.raw_table = best_remedies.raw_table
        and disjoint_pairs.counterpart = best_remedies.counterpart
        and disjoint_pairs.id_column = best_remedies.id_column
order by message
