{#- The advice of a check_readable message. For unreadable values, it names the common formats that parse more than half of the
    texts. For times stored as counts of days or seconds, it suggests an expression. Otherwise it explains how to state a format.
    `texts` is a query with the column `text`. -#}
{% macro readable_advice(table, column, texts, notes) %}
    {%- set type = column_types()[column] -%}
    {%- if notes == 'implausible_values' -%}
        {{ return("Map an expression that gives plausible values"
            ~ (", or set the var earliest_time." if var('earliest_time') in type.lowest else ".")) }}
    {%- elif column == 'is_available' -%}
        {{ return("Add the words to the seed availability_words (seeds/reference/core/availability_words.csv), or map an "
            ~ "expression that gives true or false.") }}
    {%- elif type.kind == 'truth' -%}
        {{ return("Map an expression that gives true or false.") }}
    {%- endif -%}
    {%- set is_time = type.kind == 'time' -%}
    {%- set formats = ["1,234.56", "1.234,56", "1 234,56", "€1,234.56", "£1,234.56", "$1,234.56", "1.234,56 €", "1 234,56 €"] -%}
    {#- SQL of the time that a number represents → the range of such numbers for times from about 1985. -#}
    {%- set counted = {
        "to_timestamp(cast({} as bigint))": [500000000, 5000000000],
        "epoch_ms(cast({} as bigint))": [500000000000, 5000000000000],
        "make_timestamp(cast({} as bigint))": [500000000000000, 5000000000000000],
        "timestamp '1899-12-30' + interval '1' day * cast({} as double)": [31000, 80000],
    } if is_time else {} -%}
    {%- if is_time -%}
        {%- set formats = [] -%}
        {%- for day in ['%d/%m/%Y', '%m/%d/%Y', '%d/%m/%y', '%m/%d/%y', '%Y/%m/%d', '%y/%m/%d', '%d.%m.%Y', '%d.%m.%y',
                        '%d-%m-%Y', '%m-%d-%Y', '%Y%m%d', '%d %b %Y', '%b %d, %Y'] -%}
            {%- for clock in ['', ' %H:%M', ' %H:%M:%S', ' %I:%M %p', ' %I:%M:%S %p', ' %H:%M:%S %z'] -%}
                {%- do formats.append(day ~ clock) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set counts -%}
        select
            count(*)
            {%- for format in formats %},
            {%- set value = parse_time('text', format) if is_time else parse_number('text', type.type, format) %}
            count(case when {{ value ~ " >= timestamp '1900-01-01'" if is_time else value ~ ' is not null' }} then 1 end)
            {%- endfor %}
            {%- for lowest, highest in counted.values() %},
            count(case when try_cast(text as double) between {{ lowest }} and {{ highest }} then 1 end)
            {%- endfor %}
        from ({{ texts }} limit 10000) as texts
    {%- endset -%}
    {%- set row = run_query(counts).rows[0] -%}
    {%- for expression in counted -%}
        {%- if row[formats | length + loop.index] * 2 > row[0] -%}
            {%- set delivered = raw_expression(raw_columns(table)[column], delivered_columns(table)) -%}
            {{ return("Map an expression, as in `" ~ column ~ ": " ~ expression | replace('{}', delivered) ~ "`.") }}
        {%- endif -%}
    {%- endfor -%}
    {%- set fitting = [] -%}
    {%- for format in formats -%}
        {%- if row[loop.index] * 2 > row[0] -%}{%- do fitting.append([row[loop.index], format]) -%}{%- endif -%}
    {%- endfor -%}
    {%- set best = fitting | selectattr(0, 'equalto', fitting | map(attribute=0) | max) | map(attribute=1) | list
        if fitting else [] -%}
    {%- set setting = 'time_format' if is_time else 'number_format' -%}
    {%- set shown = best or ['%d/%m/%y %H:%M' if is_time else '1.234,56 €'] -%}
    {{ return("State the format beside `file`, " ~ ("" if best else "for example ") ~ "`" ~ setting ~ ": {" ~ column ~ ": '"
        ~ shown | join("'}` or `" ~ setting ~ ": {" ~ column ~ ": '") ~ "'}`, or map an expression.") }}
{% endmacro %}
