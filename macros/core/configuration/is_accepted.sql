{#- Whether a value matches one of the alternatives that public_vars accepts for a var. -#}
{% macro is_accepted(value, accepts) %}
    {%- set found = namespace(fits=false) -%}
    {%- for alternative in accepts.split(' | ') -%}
        {%- set words = alternative.split(' ') -%}
        {%- set kind = words[0] -%}
        {%- if kind in ['integer', 'number'] -%}
            {%- set inside = namespace(fits=value is number and value is not boolean and (kind == 'number' or value is integer)) -%}
            {%- for sign, limit in modules.re.findall('([<>]=?) (\\S+)', alternative) if inside.fits -%}
                {%- set bound = limit | float -%}
                {%- set inside.fits = (value > bound if sign == '>' else value >= bound if sign == '>=' else value < bound
                    if sign == '<' else value <= bound) -%}
            {%- endfor -%}
            {%- set fits = inside.fits -%}
        {%- elif words[:2] == ['list', 'of'] -%}
            {%- set fits = value is sequence and value is not string and value is not mapping -%}
            {%- for item in (value if fits else []) if not is_accepted(item, words[2:] | join(' ')) -%}
                {%- set found.misfit = true -%}
            {%- endfor -%}
            {%- set fits = fits and not found.misfit -%}
        {%- elif kind == 'timestamp' -%}
            {%- set day = '([1-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' -%}
            {%- set parts = modules.re.fullmatch(day ~ '([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?)?', value | string) -%}
            {#- If the month has no such day, the first of the month plus day - 1 days is in another month. -#}
            {%- set fits = parts is not none and (
                modules.datetime.date(parts[1] | int, parts[2] | int, 1) + modules.datetime.timedelta(days=parts[3] | int - 1)
            ).month == parts[2] | int -%}
        {%- else -%}
            {%- set fits = {
                'boolean': value is boolean,
                'text': value is string and value != '',
                'mapping': value is mapping,
                'null': value is none,
                'any': true,
            }.get(alternative, value is string and value == alternative) -%}
        {%- endif -%}
        {%- if fits -%}{%- set found.fits = true -%}{%- endif -%}
    {%- endfor -%}
    {{ return(found.fits) }}
{% endmacro %}
