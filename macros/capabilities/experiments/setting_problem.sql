{#- Problem of one setting of a variant: what is wrong and the remedy, as a text; empty if the setting is accepted. -#}
{% macro setting_problem(name, value) %}
    {%- set row = list_settings().get(name) -%}
    {%- set vars = {} -%}
    {%- for section in public_vars().values() -%}{%- do vars.update(section) -%}{%- endfor -%}
    {%- if not row and name in vars -%}
        {{ return('var ' ~ name ~ ' cannot differ between variants: '
            ~ refused_settings().get(name, 'it does not act on single lists') ~ '. Accepted: ' ~ list_settings() | join(', ')) }}
    {%- elif not row -%}
        {{ return('var ' ~ name ~ ' is unknown. Accepted: ' ~ list_settings() | join(', ')) }}
    {%- endif -%}
    {%- set accepts = row.accepts or vars[name].accepts -%}
    {%- if not is_accepted(value, accepts) -%}
        {{ return(name ~ ' is ' ~ tojson(value) ~ '. Accepted: ' ~ accepts) }}
    {%- endif -%}
    {%- set conflicts = {
        'ranking_method': (value == 'stacked' and not var('ranking_method') in ['auto', 'stacked'],
            'stacked needs a learned ranker: set var ranking_method to auto or stacked'),
        'repeat_policy': (var('repeat_policy') == 'never', 'var repeat_policy is never, so no list has repeats: remove the setting'),
        'diversity_lambda': (var('diversity_method') == 'none',
            'var diversity_method is none, so diversity_lambda has no effect: set it to mmr or calibrated'),
        'exploration_slots': (value is number and value > var('list_length'), 'exploration_slots exceeds var list_length'),
    } -%}
    {{ return(conflicts[name][1] if conflicts.get(name, [false])[0] else '') }}
{% endmacro %}
