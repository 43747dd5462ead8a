{#- The time at which a purchase or event counts as having occurred. By default this is the actual time. With the seam
    held_out_interactions on, held-out rows are shifted into the horizon of their cutoff, and all other rows are shifted before
    all cutoffs. Both shifts preserve the time of day, and also the weekday if the horizon has at least a week, so that habits are
    preserved. `moment` is shifted by as much as `happened_at`. -#}
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
