{#- Fails for every value of `key` that several rows have. Fails for every column of `required` that is NULL in some row, and for
    every condition of `rules` that is false or NULL in some row. Each result names the fault and its row count. One scan covers
    all checks of a table, because a separate test per column would take longer in a build than the models. -#}
{% test sound_rows(model, key=[], required=[], rules=[]) %}
{%- set conditions = [] -%}
{%- for column in required %}{% do conditions.append((column ~ ' is NULL', column ~ ' is null')) %}{% endfor -%}
{%- for rule in rules %}{% do conditions.append(('not ' ~ rule, 'not coalesce(' ~ rule ~ ', false)')) %}{% endfor -%}
with faults as (
    select
        {%- for _, condition in conditions %}
        count(*) filter (where {{ condition }}) as faults_{{ loop.index }},
        {%- endfor %}
        count(*) as row_count
    from {{ model }}
)

select
    'nothing is tested' as fault,
    row_count
from faults
where {{ 'false' if key or conditions else 'true' }}
{%- for name, _ in conditions %}
union all
select
    {{ sql_text(name) }} as fault,
    faults_{{ loop.index }} as row_count
from faults
where faults_{{ loop.index }} > 0
{%- endfor %}
{%- if key %}
union all
select
    concat_ws(', ', 'more than one row has' {%- for column in key %}, cast({{ column }} as string){% endfor %}) as fault,
    count(*) as row_count
from {{ model }}
group by {{ key | join(', ') }}
having count(*) > 1
{%- endif %}
{% endtest %}
