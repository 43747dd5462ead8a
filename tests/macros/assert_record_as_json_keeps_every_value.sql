-- Catches a value that is lost or changed in JSON: quotes and umlauts, a NULL beside values, and numbers and booleans that become
-- texts. <escape> replaces a backslash, whose literal differs between the two engines.
with samples (case_name, customer_id, amount, is_granted) as (
    values
    ('typed', 'c1', cast(1.25 as decimal(9, 2)), true),
    ('quoted', 'O''Brien "Größe"', cast(null as decimal(9, 2)), false),
    ('null', cast(null as string), cast(-0.25 as decimal(9, 2)), cast(null as boolean))
),

expected (case_name, json_text) as (
    values
    ('typed', '{"customer_id":"c1","amount":1.25,"is_granted":true}'),
    ('quoted', '{"customer_id":"O''Brien <escape>"Größe<escape>"","amount":null,"is_granted":false}'),
    ('null', '{"customer_id":null,"amount":-0.25,"is_granted":null}')
),

actual as (
    select
        case_name,
        {{ record_as_json(['customer_id', 'amount', 'is_granted']) }} as json_text
    from samples
)

select
    expected.case_name,
    expected.json_text as expected_value,
    actual.json_text as actual_value
from expected
left join actual on expected.case_name = actual.case_name
where actual.json_text is distinct from replace(expected.json_text, '<escape>', chr(92))
