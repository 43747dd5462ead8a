-- Catches a row of missing_value_policies that would do nothing, or something else than its author thinks: a column no policy is
-- kept for, a column without a row, a policy the column doesn't accept, a group_by the table doesn't have. Stops with a message
-- that says what is accepted, instead of a count of rows.
{%- set names = [] -%}
{%- for table, columns in missing_value_columns().items() %}
    {%- for column in columns %}{% do names.append(table ~ '.' ~ column) %}{% endfor -%}
{%- endfor -%}
{%- set words = missing_value_groups().values() | map('length') | max + 1 %}
with accepted as (
    {%- for table, columns in missing_value_columns().items() %}
    {%- set last_table = loop.last %}
    {%- for column, policies in columns.items() %}
    select
        '{{ table }}' as raw_table,
        '{{ column }}' as column_name,
        '{{ policies | join(", ") }}' as policies,
        '{{ missing_value_groups().get(table, {}).keys() | reject("equalto", column) | join(", ") }}' as group_columns
    {{ 'union all' if not (loop.last and last_table) }}
    {%- endfor %}
    {%- endfor %}
),

compared as (
    select
        coalesce(policies.raw_table, accepted.raw_table) as raw_table,
        coalesce(policies.column_name, accepted.column_name) as column_name,
        policies.policy,
        coalesce(policies.group_by, '') as group_by,
        accepted.policies as accepted_policies,
        accepted.group_columns as accepted_groups,
        policies.raw_table is null as is_left_out,
        accepted.raw_table is null as is_unknown_column
    from {{ ref('missing_value_policies') }} as policies
    full outer join accepted
        on policies.raw_table = accepted.raw_table and policies.column_name = accepted.column_name
),

problems as (
    select
        raw_table,
        column_name,
        case
            when is_unknown_column then concat('nothing is filled in for this column. Columns: {{ names | join(", ") }}.')
            when is_left_out then concat('no row. Policies it accepts: ', accepted_policies, '.')
            when concat(', ', accepted_policies, ', ') not like concat('%, ', coalesce(policy, ''), ', %')
                then concat('policy ''', coalesce(policy, ''), '''. Accepted: ', accepted_policies, '.')
            {%- for word in range(1, words + 1) %}
            when
                split_part(group_by, ' ', {{ word }}) <> ''
                and concat(', ', accepted_groups, ', ') not like concat('%, ', split_part(group_by, ' ', {{ word }}), ', %')
                then concat(
                    'group_by ''', group_by, '''. Accepted, divided by single blanks: ', coalesce(nullif(accepted_groups, ''), 'none'), '.'
                )
            {%- endfor %}
        end as problem
    from compared
)

select
    raw_table,
    column_name,
    problem
from problems
where
    case
        when problem is not null
            then {{ raise_error(
                "concat('Seed missing_value_policies (seeds/reference/missing_value_policies.csv), ', raw_table, '.', column_name, ': ', problem)"
            ) }} is null
        else false
    end
