-- Catches tables that write the same ids in different ways: nothing of one is found in the other, and all that joins them is
-- silently empty. Fewer than lowest_share of the ids of the table with fewer ids are in the other table. Raw ids of customers
-- are shown by their form (9 for a digit but 0, a or A for a letter). Remedy: the expressions of the data set file, or its
-- setting id_case.
{{ config(meta={'prints': 'message'}) }}
{%- set lowest_share = 0.05 %}   {#- of the ids of the table with fewer; other spellings have none in common #}
{%- set fewest_ids = 5 %}   {#- tables of fewer ids may have none in common by chance #}
{%- set tables = {
    'customers': ref('stg_customers'), 'products': ref('stg_products'), 'order_lines': ref('stg_order_lines'),
    'events': ref('stg_events'), 'feedback': ref('stg_feedback'), 'impressions': ref('stg_impressions'),
    'consents': ref('stg_consents'),
} %}
{%- set digits = regexp_replace_all('sides.raw_id', '[1-9]', '9') %}
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

meetings as (
    select
        pairs.raw_table,
        pairs.counterpart,
        pairs.id_column,
        count(*) as met_count
    from pairs
    inner join ids as own on pairs.raw_table = own.raw_table and pairs.id_column = own.id_column
    inner join ids as counterparts
        on pairs.counterpart = counterparts.raw_table and pairs.id_column = counterparts.id_column and own.id = counterparts.id
    group by pairs.raw_table, pairs.counterpart, pairs.id_column
),

strangers as (
    select
        pairs.raw_table,
        pairs.counterpart,
        pairs.id_column,
        own.id_count,
        counterparts.id_count as counterpart_count,
        coalesce(meetings.met_count, 0) as met_count
    from pairs
    inner join sizes as own on pairs.raw_table = own.raw_table and pairs.id_column = own.id_column
    inner join sizes as counterparts on pairs.counterpart = counterparts.raw_table and pairs.id_column = counterparts.id_column
    left join meetings
        on
            pairs.raw_table = meetings.raw_table
            and pairs.counterpart = meetings.counterpart
            and pairs.id_column = meetings.id_column
    where
        least(own.id_count, counterparts.id_count) >= {{ fewest_ids }}
        and coalesce(meetings.met_count, 0) < {{ lowest_share }} * least(own.id_count, counterparts.id_count)
),

-- The ids of the tables above only, as they were before pseudonyms.
sides as (
    select distinct
        ids.raw_table,
        ids.id_column,
        coalesce(identities.raw_customer_id, ids.id) as raw_id
    from strangers
    inner join ids
        on strangers.id_column = ids.id_column and (strangers.raw_table = ids.raw_table or strangers.counterpart = ids.raw_table)
    left join {{ ref('customer_identities') }} as identities on ids.id_column = 'customer_id' and ids.id = identities.customer_id
),

examples as (
    select
        sides.raw_table,
        sides.id_column,
        min(case when sides.id_column = 'customer_id' then {{ form }} else sides.raw_id end) as lowest_id,
        max(case when sides.id_column = 'customer_id' then {{ form }} else sides.raw_id end) as highest_id
    from sides
    group by sides.raw_table, sides.id_column
),

other_forms as (
    {%- for advice, expression in other_forms.items() %}
    select distinct
        {{ loop.index }} as place,
        {{ sql_text(advice) }} as advice,
        raw_table,
        id_column,
        {{ expression }} as id
    from sides
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

remedies as (
    select
        strangers.raw_table,
        strangers.counterpart,
        strangers.id_column,
        own.place,
        own.advice,
        count(*) as met_count
    from strangers
    inner join other_forms as own on strangers.raw_table = own.raw_table and strangers.id_column = own.id_column
    inner join other_forms as counterparts
        on
            strangers.counterpart = counterparts.raw_table
            and strangers.id_column = counterparts.id_column
            and own.place = counterparts.place
            and own.id = counterparts.id
    where own.id <> ''
    group by strangers.raw_table, strangers.counterpart, strangers.id_column, own.place, own.advice
),

best_remedies as (
    select
        raw_table,
        counterpart,
        id_column,
        max_by(advice, met_count * 10 - place) as advice,
        max(met_count) as met_count
    from remedies
    group by raw_table, counterpart, id_column
)

select
    concat(
        strangers.id_column, ' of ', strangers.raw_table, ' and of ', strangers.counterpart, ' hardly meet: ',
        strangers.met_count, ' ids are in both. ', strangers.raw_table, ' has ', strangers.id_count, ', such as ''',
        own.lowest_id, ''' and ''', own.highest_id, '''; ', strangers.counterpart, ' has ', strangers.counterpart_count,
        ', such as ''', counterparts.lowest_id, ''' and ''', counterparts.highest_id, '''.',
        case
            when best_remedies.met_count > strangers.met_count
                then concat(' Compared ', best_remedies.advice, ', ', best_remedies.met_count, ' would meet.')
            else ''
        end,
        ' Correct how the data set file maps ', strangers.id_column, '.'
    ) as message
from strangers
inner join examples as own on strangers.raw_table = own.raw_table and strangers.id_column = own.id_column
inner join examples as counterparts
    on strangers.counterpart = counterparts.raw_table and strangers.id_column = counterparts.id_column
left join best_remedies
    on
        strangers.raw_table = best_remedies.raw_table
        and strangers.counterpart = best_remedies.counterpart
        and strangers.id_column = best_remedies.id_column
order by message
