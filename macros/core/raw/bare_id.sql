{#- The text of an id without blanks at its ends and control characters. Texts of visible ASCII have none and need one comparison. It needs a
    query of its own below normal_id: within one expression the engine would trim every text before it looks which need it. -#}
{% macro bare_id(text) -%}
    case
        when {{ is_full_match(text, '[!-~]*') }} then {{ text }}
        else {{ without_outer_blanks(without_control_characters(text)) }}
    end
{%- endmacro %}
