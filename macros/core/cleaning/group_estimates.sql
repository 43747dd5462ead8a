{#- A query of (record_id, estimate). For each row of `relation` without `value`, the estimate is the median (of numbers) or the
    most frequent value (of names) in its group, as set by group_by of missing_value_policies. If no row of the group has a value,
    the last column of group_by is dropped, then the one before, until all rows are one group. `fit` selects the rows used for the
    estimates. The query has no rows if the policy needs no estimate. Policies knn and forest get the median too, as the fallback
    for rows that they cannot estimate. -#}
{% macro group_estimates(relation, raw_table, column, value, fit) %}
    {%- set is_number = 'median' in missing_value_columns()[raw_table][column] -%}
    {%- set groups = missing_value_groups()[raw_table] -%}
    {%- set keys = ['depth'] -%}
    {%- for group in groups %}{% do keys.append('group_' ~ group) %}{% endfor %}
    with levels as (
        select
            {%- for group in groups %}
            coalesce(
                case '{{ group }}'
                {%- for _ in groups %}
                    when split_part(coalesce(policies.group_by, ''), ' ', {{ loop.index }}) then {{ loop.index }}
                {%- endfor %}
                end <= depths.depth,
                false
            ) as by_{{ group }},
            {%- endfor %}
            depths.depth
        from {{ ref('missing_value_policies') }} as policies
        cross join ({{ literal_rows('depth', range(groups | length + 1) | list) }}) as depths
        where
            policies.raw_table = '{{ raw_table }}'
            and policies.column_name = '{{ column }}'
            and policies.policy in ({{ "'median', 'knn', 'forest'" if is_number else "'mode'" }})
            and (depths.depth = 0 or split_part(coalesce(policies.group_by, ''), ' ', greatest(depths.depth, 1)) <> '')
    ),

    members as (
        select
            record_id,
            {{ value }} as known_value,
            {{ fit }} as is_fit,
            {%- for group, group_value in groups.items() %}
            coalesce(case when levels.by_{{ group }} then {{ group_value }} end, '') as group_{{ group }},
            {%- endfor %}
            levels.depth
        from {{ relation }}
        cross join levels
    ),

    typical_values as (
        {%- if is_number %}
        select
            {{ keys | join(', ') }},
            median(known_value) as typical_value
        from members
        where is_fit and known_value is not null
        group by {{ keys | join(', ') }}
        {%- else %}
        select
            {{ keys | join(', ') }},
            known_value as typical_value
        from (
            select
                {{ keys | join(', ') }},
                known_value,
                row_number() over (
                    partition by {{ keys | join(', ') }} order by count(*) desc nulls last, known_value asc nulls last
                ) as preference
            from members
            where is_fit and known_value is not null
            group by {{ keys | join(', ') }}, known_value
        ) as ranked
        where preference = 1
        {%- endif %}
    )

    select
        members.record_id,
        max_by(typical_values.typical_value, members.depth) as estimate
    from members
    inner join typical_values on {{ equal_columns('members', 'typical_values', keys) }}
    where members.known_value is null
    group by members.record_id
{% endmacro %}
