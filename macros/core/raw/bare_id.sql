{#- The text of an id without outer blanks and control characters. Texts of visible ASCII contain neither and need only one
    comparison. normal_id needs this macro in a subquery of its own: within one expression, the engine would trim every text
    before checking which texts need it. -#}
{% macro bare_id(text) -%}
    case
        when {{ is_full_match(text, '[!-~]*') }} then {{ text }}
        else {{ without_outer_blanks(without_control_characters(text)) }}
    end
{%- endmacro %}
