-- Catches a row of missing_value_policies that has no effect or an unintended effect: an unsupported column, a column without a
-- row, a policy that the column does not accept, or an unknown group_by. Fails with a message that lists the accepted values
-- instead of a row count.
{%- set columns = [] %}
{%- for table, accepted in missing_value_columns().items() %}
{%- for column, policies in accepted.items() %}
{%- set groups = missing_value_groups().get(table, {}).keys() | reject('equalto', column) | join(', ') or 'none' %}
{%- do columns.append({'table': table, 'name': column, 'policies': policies | join(', '), 'groups': groups}) %}
{%- endfor %}
{%- endfor %}
with accepted as (
    {%- for column in columns %}
    select
        '{{ column.table }}' as raw_table,
        '{{ column.name }}' as column_name,
        '{{ column.policies }}' as accepted_policies,
        '{{ column.groups }}' as accepted_groups
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

compared as (
    select
        coalesce(policies.raw_table, accepted.raw_table) as raw_table,
        coalesce(policies.column_name, accepted.column_name) as column_name,
        coalesce(policies.policy, '') as policy,
        coalesce(policies.group_by, '') as group_by,
        accepted.accepted_policies,
        accepted.accepted_groups,
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
            when is_unknown_column
                then concat(
                    'this column has no policy. Columns: '
                    {%- for column in columns %},
                    '{{ column.table }}.{{ column.name }}{{ ", " if not loop.last else "." }}'
                    {%- endfor %}
                )
            when is_left_out then concat('no row. Accepted policies: ', accepted_policies, '.')
            when concat(', ', accepted_policies, ', ') not like concat('%, ', policy, ', %')
                then concat('policy ''', policy, '''. Accepted: ', accepted_policies, '.')
            {%- for word in range(1, missing_value_groups().values() | map('length') | max + 2) %}
            when
                split_part(group_by, ' ', {{ word }}) <> ''
                and concat(', ', accepted_groups, ', ') not like concat('%, ', split_part(group_by, ' ', {{ word }}), ', %')
                then concat('group_by ''', group_by, '''. Accepted, separated by single blanks: ', accepted_groups, '.')
            {%- endfor %}
        end as problem
    from compared
)

select
    raw_table,
    column_name,
    problem
from problems
where case
    when problem is not null
        then {{ raise_error("concat(
            'Seed missing_value_policies (seeds/reference/core/missing_value_policies.csv), ',
            raw_table, '.', column_name, ': ', problem
        )") }} is null
end
