-- Grain: one row per raw row of customers, with what cleaning makes of it. rejection_reason is the first reject rule that
-- applies (NULL: kept); <column>_rule names the rule that changed a column into clean_<column>; found_rules lists all rules
-- that apply. What each rule means stands in cleaning_rules, what stands in for a missing value in missing_value_policies;
-- estimates learn from customers who signed up before fit_until.
{%- set required = {
    'age_required': "age_policy = 'reject' and known_age is null and ("
        ~ is_mapped('customers', 'age') ~ ' or ' ~ is_mapped('customers', 'birth_date') ~ ')',
    'gender_required': "gender_policy = 'reject' and known_gender is null and " ~ is_mapped('customers', 'gender'),
    'country_required': "country_policy = 'reject' and known_country is null and " ~ is_mapped('customers', 'country'),
    'email_required': "email_policy = 'reject' and email is null and " ~ is_mapped('customers', 'email'),
} %}
{%- set rejections = {
    'exact_duplicate': 'copy_number > 1',
    'missing_key': 'customer_id is null',
    'conflicting_duplicate': 'customer_id is not null and content_number > 1',
} %}
{%- set flags = {
    'near_duplicate': 'first_twin_id <> customer_id',
    'age_jump': 'customer_id is not null and oldest_stated_age - youngest_stated_age > ' ~ var('age_jump_years'),
    'missing_email': is_mapped('customers', 'email') ~ ' and email is null',
} %}
with policies as (
    {{ policies_by_column('customers') }}
),

customers as (
    select
        standard_customers.*,
        policies.age_policy,
        policies.gender_policy,
        policies.country_policy,
        policies.email_policy
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
        coalesce(customers.known_age, age_estimates.estimated_age, median_ages.estimate) as clean_age,
        {{ first_rule(required) }} is null as has_what_is_required
    from customers
    left join median_ages on customers.record_id = median_ages.record_id
    left join usual_genders on customers.record_id = usual_genders.record_id
    left join usual_countries on customers.record_id = usual_countries.record_id
    left join {{ ref('age_estimates') }} as age_estimates on customers.record_id = age_estimates.record_id
),

-- Only contents that could stand are held against each other, so that a rejected one does not take a good one with it.
compared as (
    select
        *,
        clean_age is not null and known_age is null as is_age_imputed,
        known_gender is null and coalesce(clean_gender <> coalesce(gender, ''), false) as is_gender_imputed,
        known_country is null and coalesce(clean_country <> coalesce(country, ''), false) as is_country_imputed,
        case when copy_number = 1 and has_what_is_required then row_number() over (
            partition by customer_id, copy_number, has_what_is_required
            order by signed_up_at desc nulls last, record_id asc nulls last
        ) end as content_number,
        case when copy_number = 1 and clean_email is not null and clean_full_name is not null then first_value(customer_id) over (
            partition by {{ normal_form('clean_full_name') }}, clean_email, copy_number
            order by signed_up_at asc nulls last, record_id asc nulls last
        ) end as first_twin_id,
        max(age) over (partition by customer_id) as oldest_stated_age,
        min(age) over (partition by customer_id) as youngest_stated_age
    from filled
),

ruled as (
    select
        *,
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
        case
            when age is not null and plausible_age is null then 'impossible_age'
            when
                is_age_imputed
                and birth_date is null
                and ({{ is_mapped('customers', 'age') }} or {{ is_mapped('customers', 'birth_date') }})
                then 'missing_age'
            when is_age_imputed and clean_birth_date is null and birth_date is not null then 'unusable_birth_date'
            when
                clean_birth_date is not null
                and coalesce(age, -1) <> age_by_birth
                and (age is not null or {{ is_mapped('customers', 'age') }})
                then 'age_from_birth_date'
        end as age_rule
    from compared
)

select
    *,
    {{ first_rule(dict(rejections, **required)) }} as rejection_reason,
    {{ found_rules(dict(rejections, **dict(required, **flags)), named=[
        'full_name_rule', 'city_rule', 'email_rule', 'gender_rule', 'country_rule', 'birth_date_rule', 'age_rule'
    ]) }} as found_rules
from ruled
