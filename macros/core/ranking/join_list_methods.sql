{#- Join of the ranking method that the settings of a list name, as `wanted`, for is_list_method; nothing while the seam
    list_settings is off. A learned ranker that could not be fitted is not joined. `lists` is a relation with cutoff_id, mode and
    customer_index. -#}
{% macro join_list_methods(lists) -%}
    {%- if seam_is_on('list_settings') %}
    {{- join_list_settings(lists) }}
    left join {{ ref('ranking_methods') }} as wanted
        on
            {{ lists }}.mode = wanted.mode
            and settings.ranking_method = wanted.method
            and (wanted.method <> 'stacked' or wanted.iterations is not null)
    {%- endif %}
{%- endmacro %}
