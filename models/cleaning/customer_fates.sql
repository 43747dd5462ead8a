-- Grain: one row per raw row of customers, with what cleaning makes of it. rejection_reason is the first reject rule that
-- applies (NULL: kept); <column>_rule names the rule that changed a column into clean_<column>; found_rules lists all rules
-- that apply. What each rule means stands in cleaning_rules. Missing ages get the median of gender and country, else of the
-- country, else of all, from customers who signed up before fit_until. Read by clean_customers and the tables of
-- marts/quality.
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
with records as (
    select
        customers.*,
        as_of.as_of,
        as_of.fit_until,
        genders.gender as known_gender,
        countries.country_code as known_country,
        {{ single_blanks('customers.full_name') }} as clean_full_name,
        {{ single_blanks('customers.city') }} as clean_city,
        lower(trim(customers.email)) as clean_email,
        floor(({{ epoch_seconds('as_of.as_of') }} - {{ epoch_seconds('cast(customers.birth_date as timestamp)') }}) / 31556952.0)
            as age_by_birth
    from {{ ref('stg_customers') }} as customers
    cross join {{ ref('as_of') }} as as_of
    left join {{ ref('gender_aliases') }} as genders on {{ normal_form('customers.gender') }} = genders.normal_form
    left join {{ ref('country_aliases') }} as countries on {{ normal_form('customers.country') }} = countries.normal_form
),

compared as (
    select
        *,
        coalesce(known_gender, 'unknown') as clean_gender,
        coalesce(known_country, 'unknown') as clean_country,
        case when age_by_birth between 0 and {{ var('oldest_age') }} then birth_date end as clean_birth_date,
        case when age between 0 and {{ var('oldest_age') }} then age end as plausible_age,
        case when copy_number = 1 then row_number() over (
            partition by customer_id, copy_number
            order by signed_up_at desc nulls last, record_id asc nulls last
        ) end as content_number,
        case when copy_number = 1 and clean_email is not null and clean_full_name is not null then first_value(customer_id) over (
            partition by {{ normal_form('clean_full_name') }}, clean_email, copy_number
            order by signed_up_at asc nulls last, record_id asc nulls last
        ) end as first_twin_id,
        max(age) over (partition by customer_id) as oldest_stated_age,
        min(age) over (partition by customer_id) as youngest_stated_age
    from records
),

known_ages as (
    select
        *,
        case when clean_birth_date is not null then age_by_birth else plausible_age end as known_age
    from compared
),

reliable_ages as (
    select
        clean_country,
        clean_gender,
        known_age
    from known_ages
    where copy_number = 1 and known_age is not null and (signed_up_at is null or signed_up_at < fit_until)
),

ages_by_country_and_gender as (
    select
        clean_country,
        clean_gender,
        median(known_age) as typical_age
    from reliable_ages
    group by clean_country, clean_gender
),

ages_by_country as (
    select
        clean_country,
        median(known_age) as typical_age
    from reliable_ages
    group by clean_country
),

ages_overall as (
    select median(known_age) as typical_age
    from reliable_ages
),

estimated as (
    select
        known_ages.*,
        coalesce(
            known_ages.known_age,
            ages_by_country_and_gender.typical_age,
            ages_by_country.typical_age,
            ages_overall.typical_age
        ) as clean_age
    from known_ages
    cross join ages_overall
    left join ages_by_country on known_ages.clean_country = ages_by_country.clean_country
    left join ages_by_country_and_gender
        on
            known_ages.clean_country = ages_by_country_and_gender.clean_country
            and known_ages.clean_gender = ages_by_country_and_gender.clean_gender
),

ruled as (
    select
        *,
        clean_age is not null and known_age is null as is_age_imputed,
        case when full_name <> clean_full_name then 'untrimmed_text' end as full_name_rule,
        case when city <> clean_city then 'untrimmed_text' end as city_rule,
        case when email <> clean_email then 'email_case' end as email_rule,
        case
            when gender is null then case when {{ is_mapped('customers', 'gender') }} then 'missing_gender' end
            when known_gender is null then case when gender <> 'unknown' then 'unknown_gender' end
            when gender <> known_gender then 'gender_spelling'
        end as gender_rule,
        case
            when country is null then case when {{ is_mapped('customers', 'country') }} then 'missing_country' end
            when known_country is null then case when country <> 'unknown' then 'unknown_country' end
            when country <> known_country then 'country_spelling'
        end as country_rule,
        case
            when birth_date is null or clean_birth_date is not null then null
            when age_by_birth < 0 then 'birth_date_in_future'
            else 'impossible_birth_date'
        end as birth_date_rule,
        case
            when age is not null and plausible_age is null then 'impossible_age'
            when
                age is null
                and birth_date is null
                and ({{ is_mapped('customers', 'age') }} or {{ is_mapped('customers', 'birth_date') }})
                then 'missing_age'
            when age is null and birth_date is not null and clean_birth_date is null then 'unusable_birth_date'
            when
                clean_birth_date is not null
                and coalesce(age, -1) <> age_by_birth
                and (age is not null or {{ is_mapped('customers', 'age') }})
                then 'age_from_birth_date'
        end as age_rule
    from estimated
)

select
    *,
    {{ first_rule(rejections) }} as rejection_reason,
    {{ found_rules(dict(rejections, **flags), named=[
        'full_name_rule', 'city_rule', 'email_rule', 'gender_rule', 'country_rule', 'birth_date_rule', 'age_rule'
    ]) }} as found_rules
from ruled
