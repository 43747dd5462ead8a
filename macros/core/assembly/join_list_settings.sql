{#- Join of the settings of each list at `live` as `settings`, for list_setting; nothing while the seam list_settings is off.
    `lists` is a relation with cutoff_id and customer_index. -#}
{% macro join_list_settings(lists) -%}
    {%- if seam_is_on('list_settings') %}
    left join {{ seam('list_settings') }} as settings
        on
            {{ lists }}.cutoff_id = 'live'
            and {{ lists }}.customer_index = settings.customer_index
    {%- endif %}
{%- endmacro %}
