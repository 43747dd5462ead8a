{#- Errors in the log of an experiment, as a list of {issue, records, action, flag}. records: what is counted, impressions or
    order_lines. action: excluded (from all measurements), not_compared (the customer takes no part in comparisons), or
    not_weighted (off-policy estimates leave the impression out). flag: column of logged_impressions that marks the error; none if
    the error is not one of a single impression. -#}
{% macro data_issues() %}
    {%- set issues = [] -%}
    {%- for issue, records, action, flag in [
        ('several_variants', 'impressions', 'not_compared', none),
        ('before_start', 'impressions', 'excluded', 'is_before_start'),
        ('after_end', 'impressions', 'excluded', 'is_after_end'),
        ('click_before_shown', 'impressions', 'excluded', 'is_click_before_shown'),
        ('purchase_before_shown', 'impressions', 'excluded', 'is_purchase_before_shown'),
        ('outcome_without_impression', 'impressions', 'excluded', 'is_outcome_without_impression'),
        ('not_in_list', 'impressions', 'excluded', 'is_not_in_list'),
        ('before_release', 'impressions', 'excluded', 'is_before_release'),
        ('zero_propensity', 'impressions', 'not_weighted', 'is_zero_propensity'),
        ('missing_propensity', 'impressions', 'not_weighted', 'is_missing_propensity'),
        ('negative_revenue', 'order_lines', 'excluded', none),
    ] -%}
        {%- do issues.append({'issue': issue, 'records': records, 'action': action, 'flag': flag}) -%}
    {%- endfor -%}
    {{ return(issues) }}
{% endmacro %}
