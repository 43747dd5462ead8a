{#- Fails on every value of `key` that more than one row has, and on every column of `required` that is NULL somewhere: all in one test,
    because a test of its own for each column would cost a build more than the models do. -#}
{% test sound_rows(model, key=[], required=[]) %}
with nulls as (
    select
        {%- for column in required %}
        count(*) filter (where {{ column }} is null) as nulls_{{ loop.index }},
        {%- endfor %}
        count(*) as row_count
    from {{ model }}
)

select
    'no column is tested' as fault,
    row_count
from nulls
where {{ 'false' if key or required else 'true' }}
{%- for column in required %}
union all
select
    '{{ column }} is NULL' as fault,
    nulls_{{ loop.index }} as row_count
from nulls
where nulls_{{ loop.index }} > 0
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
