{#- Conditions between vars, checked after each var has the type and range of public_vars: name, whether the condition holds, and
    the accepted values. -#}
{% macro var_rules() %}
    {%- set attributes = {'customer': [], 'product': []} -%}
    {%- set groups = graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed')
        | selectattr('name', 'equalto', 'protected_groups') | list -%}
    {%- set file = groups[0].root_path ~ '/' ~ groups[0].original_file_path if groups
        else package_path('seeds/reference/capabilities/fairness/protected_groups.csv') -%}
    {%- for line in file_text(file).splitlines()[1:] -%}
        {%- do attributes[line.split(',')[1]].append(line.split(',')[0]) -%}
    {%- endfor -%}
    {%- set measured = var('evaluation_ks') if capability_is_on('evaluation') else [] -%}
    {%- set sources = candidate_sources(with_excluded=true) | map(attribute='source') | list -%}
    {{ return([
        {'name': 'shop_time_zone', 'holds': not var('shop_time_zone') or var('shop_time_zone') in modules.pytz.all_timezones_set,
            'accepts': 'the name of an IANA time zone, such as Europe/Berlin'},
        {'name': 'excluded_sources', 'holds': not var('excluded_sources') | reject('in', sources) | list,
            'accepts': 'some of ' ~ sources | join(', ')},
        {'name': 'excluded_sources', 'holds': 'popularity' not in var('excluded_sources'),
            'accepts': 'not popularity, which serves customers without a history'},
        {'name': 'evaluation_ks', 'holds': var('evaluation_ks') | length > 0, 'accepts': 'at least one length'},
        {'name': 'evaluation_k', 'holds': var('evaluation_k') in var('evaluation_ks'), 'accepts': 'one of evaluation_ks'},
        {'name': 'evaluation_confidence_level', 'holds': var('evaluation_confidence_level') in interval_errors(),
            'accepts': interval_errors().keys() | join(', ')},
        {'name': 'fairness_attribute', 'holds': var('fairness_attribute') in attributes.customer,
            'accepts': attributes.customer | unique | join(', ') ~ ' (customer side of the seed protected_groups)'},
        {'name': 'fairness_exposure_attribute', 'holds': var('fairness_exposure_attribute') in attributes['product'],
            'accepts': attributes['product'] | unique | join(', ') ~ ' (product side of the seed protected_groups)'},
        {'name': 'candidates_per_source', 'holds': var('candidates_per_source') >= var('pool_depth'), 'accepts': 'at least pool_depth'},
        {'name': 'pool_depth', 'holds': var('pool_depth') >= ([longest_list()] + measured) | max,
            'accepts': 'at least list_length and the longest of evaluation_ks'},
        {'name': 'als_device', 'holds': var('als_device') != 'gpu' or target.type != 'spark', 'accepts': 'cpu on Spark'},
        {'name': 'als_device', 'holds': var('als_device') != 'gpu' or target.type == 'spark' or run_query('select has_gpu()').rows[0][0],
            'accepts': 'cpu, because the library implicit finds no GPU; with an NVIDIA GPU and CUDA 13, install implicit[gpu]'},
        {'name': 'value_weight', 'holds': var('value_weight') == 0 or capability_is_on('evaluation'),
            'accepts': '0, or enable_evaluation true, because evaluation calibrates the probabilities'},
        {'name': 'als_backend', 'holds': var('als_backend') != 'spark' or target.type == 'spark',
            'accepts': 'implicit, unless the target is Spark'},
        {'name': 'als_start', 'holds': var('als_backend') != 'spark' or var('als_start') in ('svd', 'random'),
            'accepts': 'svd or random with als_backend spark, which always starts at random'},
        {'name': 'exploration_slots', 'holds': var('exploration_slots') <= var('list_length'), 'accepts': 'up to list_length'},
    ]) }}
{% endmacro %}
