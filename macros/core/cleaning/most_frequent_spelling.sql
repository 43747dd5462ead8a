{#- A query of one row per normal form of a text column, with its most frequent spelling (in single blanks). Ties go to the last
    spelling in alphabetical order, which prefers lower case. -#}
{% macro most_frequent_spelling(relation, column) %}
    select
        normal_form,
        spelling
    from (
        select
            normal_form,
            spelling,
            row_number() over (
                partition by normal_form order by count(*) desc nulls last, spelling desc nulls last
            ) as preference
        from (
            select
                {{ normal_form(column) }} as normal_form,
                {{ single_blanks(column) }} as spelling
            from {{ relation }}
            where {{ column }} is not null and copy_number = 1
        ) as spellings
        group by normal_form, spelling
    ) as ranked
    where preference = 1
{% endmacro %}
