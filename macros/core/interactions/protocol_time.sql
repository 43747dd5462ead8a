{#- When a purchase or event counts as having happened: when it did, or, with the seam held_out_interactions on, what is held out comes
    into the horizon of the cutoff it is held out at, everything else before all cutoffs. Both keep the time of day, and the
    weekday where a horizon has room for a week, so that habits stay what they are. `moment` is moved as far as `happened_at` is. -#}
{% macro protocol_time(moment, happened_at, held_out) %}
    {%- if not seam_is_on('held_out_interactions') -%}
    {{ moment }}
    {%- else -%}
    {%- set days = 7 if var('horizon_days') | int >= 7 else 1 -%}
    {%- set weeks_back = (past_cutoff_count() * var('horizon_days') | int / 7) | round(0, 'ceil') | int -%}
    {%- set from_cutoff = epoch_seconds(happened_at) ~ ' - ' ~ epoch_seconds(held_out ~ '.cutoff_at') -%}
    {{ moment }} + interval '1' day * cast(
        case
            when {{ held_out }}.cutoff_at is null then {{ -7 * weeks_back }}
            else -floor(({{ from_cutoff }}) / 86400.0 / {{ days }}) * {{ days }}
        end as int
    )
    {%- endif -%}
{% endmacro %}
