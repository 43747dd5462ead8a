-- Grain: impression of a customer who consents to personalisation and analytics, without an error that forbids to measure it
-- (macro data_issues). All experiment measurements read only these impressions; experiment_data_issues counts the others.
-- list_length is the largest position shown to the customer at the same time, excluded impressions included.
select
    record_id,
    customer_id,
    product_id,
    list_id,
    position,
    experiment,
    variant,
    propensity,
    shown_at,
    clicked_at,
    added_to_cart_at,
    purchased_at,
    ends_on,
    fitting_count,
    list_length
from {{ ref('logged_impressions') }}
where
    not is_rejected
    {%- for issue in data_issues() if issue.action == 'excluded' and issue.flag %}
    and not {{ issue.flag }}
    {%- endfor %}
