-- Grain: one row per raw row of customers, with its disposition. is_<rule> states whether a rule applies to the row.
-- rejection_reason is the first rule that rejects the row (NULL: kept). <column>_rule names the rule that corrected a column to
-- clean_<column>. found_rules lists all rules that apply. cleaning_rules defines the rules, and missing_value_policies sets the
-- replacement of missing values. Estimates are fitted on customers who signed up before fit_until.
{%- set age_jump_years = 5 %}   {#- rows of one customer whose stated ages differ by more are flagged #}
{%- set rejections = [
    'exact_duplicate', 'missing_key', 'conflicting_duplicate',
    'age_required', 'gender_required', 'country_required', 'email_required'
] %}
{%- set flags = ['near_duplicate', 'age_jump', 'missing_email'] %}
{%- set corrections = [
    'full_name_rule', 'city_rule', 'email_rule', 'gender_rule', 'country_rule', 'birth_date_rule', 'age_rule', 'signed_up_at_rule'
] %}
with policies as (
    {{ policies_by_column('customers') }}
),

customers as (
    select
        standard_customers.*,
        policies.age_policy,
        policies.gender_policy,
        policies.country_policy,
        policies.age_policy = 'reject'
        and standard_customers.known_age is null
        and ({{ is_mapped('customers', 'age') }} or {{ is_mapped('customers', 'birth_date') }}) as is_age_required,
        policies.gender_policy = 'reject'
        and standard_customers.known_gender is null
        and {{ is_mapped('customers', 'gender') }} as is_gender_required,
        policies.country_policy = 'reject'
        and standard_customers.known_country is null
        and {{ is_mapped('customers', 'country') }} as is_country_required,
        policies.email_policy = 'reject'
        and standard_customers.email is null
        and {{ is_mapped('customers', 'email') }} as is_email_required
    from {{ ref('standard_customers') }} as standard_customers
    cross join policies
),

median_ages as (
    {{ group_estimates('customers', 'customers', 'age', 'known_age', 'is_fit') }}
),

usual_genders as (
    {{ group_estimates('customers', 'customers', 'gender', 'known_gender', 'is_fit') }}
),

usual_countries as (
    {{ group_estimates('customers', 'customers', 'country', 'known_country', 'is_fit') }}
),

filled as (
    select
        customers.*,
        {{ filled_text('customers.known_gender', 'customers.gender_policy', 'usual_genders.estimate') }} as clean_gender,
        {{ filled_text('customers.known_country', 'customers.country_policy', 'usual_countries.estimate') }} as clean_country,
        coalesce(customers.known_age, age_estimates.estimated_age, median_ages.estimate) as clean_age
    from customers
    left join median_ages on customers.record_id = median_ages.record_id
    left join usual_genders on customers.record_id = usual_genders.record_id
    left join usual_countries on customers.record_id = usual_countries.record_id
    left join {{ ref('age_estimates') }} as age_estimates on customers.record_id = age_estimates.record_id
),

-- Only valid rows are compared with each other, so that a rejected row does not cause the rejection of a valid one.
compared as (
    select
        *,
        clean_age is not null and known_age is null as is_age_imputed,
        known_gender is null and coalesce(clean_gender <> coalesce(gender, ''), false) as is_gender_imputed,
        known_country is null and coalesce(clean_country <> coalesce(country, ''), false) as is_country_imputed,
        case
            when copy_number = 1 and not (is_age_required or is_gender_required or is_country_required or is_email_required)
                then row_number() over (
                    partition by
                        customer_id, copy_number, is_age_required, is_gender_required, is_country_required, is_email_required
                    order by signed_up_at desc nulls last, record_id asc nulls last
                )
        end as content_number,
        case when copy_number = 1 and clean_email is not null and clean_full_name is not null then first_value(customer_id) over (
            partition by {{ normal_form('clean_full_name') }}, clean_email, copy_number
            order by signed_up_at asc nulls last, record_id asc nulls last
        ) end as first_twin_id,
        max(age) over (partition by customer_id) as oldest_stated_age,
        min(age) over (partition by customer_id) as youngest_stated_age
    from filled
),

judged as (
    select
        *,
        copy_number > 1 as is_exact_duplicate,
        customer_id is null as is_missing_key,
        customer_id is not null and content_number > 1 as is_conflicting_duplicate,
        first_twin_id <> customer_id as is_near_duplicate,
        customer_id is not null and oldest_stated_age - youngest_stated_age > {{ age_jump_years }} as is_age_jump,
        email is null and {{ is_mapped('customers', 'email') }} as is_missing_email,
        case
            when known_gender is not null then case when gender <> known_gender then 'gender_spelling' end
            when gender is null
                then case when is_gender_imputed and {{ is_mapped('customers', 'gender') }} then 'missing_gender' end
            when gender <> coalesce(clean_gender, '') then 'unknown_gender'
        end as gender_rule,
        case
            when known_country is not null then case when country <> known_country then 'country_spelling' end
            when country is null
                then case when is_country_imputed and {{ is_mapped('customers', 'country') }} then 'missing_country' end
            when country <> coalesce(clean_country, '') then 'unknown_country'
        end as country_rule,
        {{ value_rule('signed_up_at') | indent(8) }} as signed_up_at_rule,
        case
            when age is not null and plausible_age is null then 'impossible_age'
            when {{ is_noted('unreadable_values', 'age') }} then 'unreadable_value'
            when
                is_age_imputed
                and birth_date is null
                and birth_date_rule is null
                and ({{ is_mapped('customers', 'age') }} or {{ is_mapped('customers', 'birth_date') }})
                then 'missing_age'
            when is_age_imputed and clean_birth_date is null and coalesce(birth_date_rule, cast(birth_date as string)) is not null
                then 'unusable_birth_date'
            when
                clean_birth_date is not null
                and coalesce(age, -1) <> age_by_birth
                and (age is not null or {{ is_mapped('customers', 'age') }})
                then 'age_from_birth_date'
        end as age_rule
    from compared
)

select
    {%- for column in raw_contract()['customers']['columns'] %}
    {{ column }},
    {%- endfor %}
    record_id,
    unreadable_values,
    implausible_values,
    clean_full_name,
    clean_city,
    clean_email,
    clean_gender,
    clean_country,
    clean_birth_date,
    clean_age,
    is_gender_imputed,
    is_country_imputed,
    is_age_imputed,
    gender_policy,
    country_policy,
    age_policy,
    {%- for column in corrections %}
    {{ column }},
    {%- endfor %}
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(rejections + flags, corrections) }} as found_rules
from judged
