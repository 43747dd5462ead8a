{#- Columns that cleaning may correct, per raw table, as [raw column, corrected column, column with the name of the rule]. -#}
{% macro corrected_columns() %}
    {{ return({
        'customers': [
            ['full_name', 'clean_full_name', 'full_name_rule'],
            ['city', 'clean_city', 'city_rule'],
            ['email', 'clean_email', 'email_rule'],
            ['gender', 'clean_gender', 'gender_rule'],
            ['country', 'clean_country', 'country_rule'],
            ['birth_date', 'clean_birth_date', 'birth_date_rule'],
            ['age', 'clean_age', 'age_rule'],
            ['signed_up_at', 'signed_up_at', 'signed_up_at_rule'],
        ],
        'products': [
            ['name', 'clean_name', 'name_rule'],
            ['brand', 'clean_brand', 'brand_rule'],
            ['category', 'clean_category', 'category_rule'],
            ['size', 'clean_size', 'size_rule'],
            ['size_unit', 'clean_size_unit', 'case when size is not null then size_rule end'],
            ['price', 'clean_price', 'price_rule'],
            ['cost', 'clean_cost', 'cost_rule'],
            ['launched_at', 'launched_at', 'launched_at_rule'],
            ['is_available', 'clean_is_available', 'is_available_rule'],
        ],
        'order_lines': [
            ['unit_price', 'base_unit_price', 'unit_price_rule'],
            ['amount', 'clean_amount', 'amount_rule'],
            ['quantity', 'clean_quantity', 'quantity_rule'],
        ],
        'impressions': [
            ['position', 'position', 'position_rule'],
            ['propensity', 'propensity', 'propensity_rule'],
            ['clicked_at', 'clean_clicked_at', 'clicked_at_rule'],
            ['added_to_cart_at', 'clean_added_to_cart_at', 'added_to_cart_at_rule'],
            ['purchased_at', 'clean_purchased_at', 'purchased_at_rule'],
        ],
    }) }}
{% endmacro %}
