{#- Fails for every column of a model that leaves the range or values stated in its meta, contains infinity or NaN, or is NULL
    without a null_reason. Returns one row per such column, with its number of offending rows. -#}
{% test within_stated_ranges(model) %}
with offences as (
    select
        count(*) as row_count
        {%- for feature in stated_features(model.identifier) %},
        count(*) filter (
            where
            {%- if feature.accepted %}
                {{ feature.name }} not in ('{{ feature.accepted | join("', '") }}')
            {%- elif feature.is_number %}
                not {{ feature.name }} between {{ feature.lowest }} and {{ feature.highest }}
            {%- else %}
                false
            {%- endif %}
            {%- if not feature.null_reason %}
                or {{ feature.name }} is null
            {%- endif %}
        ) as {{ feature.name }}
        {%- endfor %}
    from {{ model }}
),

counted as (
    {%- for feature in stated_features(model.identifier) %}
    select
        '{{ feature.name }}' as feature,
        {{ feature.name }} as offending_count
    from offences
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        'no feature has a stated range' as feature,
        row_count as offending_count
    from offences
    {%- endfor %}
)

select
    feature,
    offending_count
from counted
where offending_count > 0
{% endtest %}
