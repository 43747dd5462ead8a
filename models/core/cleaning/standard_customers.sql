-- Grain: one row per raw row of customers, standardised without looking at other rows: names and addresses with single blanks,
-- gender and country mapped by their aliases, age from the date of birth or else as stated. known_… is NULL if the value is
-- unknown; customer_dispositions decides the replacement. Lossy: nothing; the delivered values are kept in separate columns.
{%- set oldest_age = 120 %}   {#- years #}
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
        {{ completed_years('customers.birth_date', 'as_of.as_of') }} as age_by_birth
    from {{ ref('stg_customers') }} as customers
    cross join {{ ref('as_of') }} as as_of
    left join {{ ref('gender_aliases') }} as genders on {{ normal_form('customers.gender') }} = genders.normal_form
    left join {{ ref('country_aliases') }} as countries on {{ normal_form('customers.country') }} = countries.normal_form
),

plausible as (
    select
        *,
        case when age_by_birth between 0 and {{ oldest_age }} then birth_date end as clean_birth_date,
        case when age between 0 and {{ oldest_age }} then age end as plausible_age,
        coalesce(signed_up_at < fit_until, signed_up_at is null) and copy_number = 1 as is_fit
    from records
)

select
    *,
    cast(case when clean_birth_date is not null then age_by_birth else plausible_age end as double) as known_age,
    case when full_name <> clean_full_name then 'untrimmed_text' end as full_name_rule,
    case when city <> clean_city then 'untrimmed_text' end as city_rule,
    case when email <> clean_email then 'email_case' end as email_rule,
    case
        when birth_date is null then {{ value_rule('birth_date') | indent(8) }}
        when clean_birth_date is not null then null
        when age_by_birth < 0 then 'birth_date_in_future'
        else 'impossible_birth_date'
    end as birth_date_rule
from plausible
