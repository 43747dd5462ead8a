-- Catches vars under which the weights are chosen on too few lists; protocol_advice names better values.
{{ config(severity='warn', meta={'prints': 'message'}) }}
select message
from {{ ref('protocol_advice') }}
