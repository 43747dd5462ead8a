{#- What experiments are judged by: numerator and denominator of each customer as SQL of experiment_customers, and the test.
    A metric is the sum of numerators over the sum of denominators; where all denominators are 1 that is a mean. -#}
{% macro experiment_metrics() %}
    {{ return({
        'clicked_share': {
            'numerator': 'case when click_count > 0 then 1.0 else 0.0 end', 'denominator': '1.0', 'test': 'two_proportion'},
        'clicks_per_customer': {'numerator': 'click_count', 'denominator': '1.0', 'test': 'welch'},
        'click_rate': {'numerator': 'click_count', 'denominator': 'impression_count', 'test': 'welch'},
        'bought_share': {
            'numerator': 'case when purchase_count > 0 then 1.0 else 0.0 end', 'denominator': '1.0', 'test': 'two_proportion'},
        'purchases_per_customer': {'numerator': 'purchase_count', 'denominator': '1.0', 'test': 'welch'},
        'orders_per_customer': {'numerator': 'order_count', 'denominator': '1.0', 'test': 'welch'},
    }) }}
{% endmacro %}
