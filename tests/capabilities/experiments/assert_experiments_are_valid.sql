-- Catches an invalid plan before customers are assigned: shares, periods, salts, controls and settings that are not accepted, and
-- experiments of one layer that together have more than all customers. Fails with a message of all problems instead of a row
-- count. Without tables, as in dbt compile on a new warehouse, there is nothing to check.
{%- set plan, arms, moments = ref('experiments'), ref('experiment_variants'), ref('as_of') %}
{%- if execute and load_relation(plan) and load_relation(arms) and load_relation(moments) %}
{%- set experiments, variants = [], [] %}
{%- for row in run_query('select * from ' ~ plan ~ ' order by experiment') %}{% do experiments.append(row.dict()) %}{% endfor %}
{%- for row in run_query('select * from ' ~ arms ~ ' order by experiment, variant') %}
{%- do variants.append(row.dict()) %}
{%- endfor %}
{%- set today = run_query('select cast(as_of as date) as today from ' ~ moments).rows[0][0] if experiments %}
{%- set problems = experiment_problems(experiments, variants, today) %}
{%- endif %}
select problem
from ({{ literal_rows('problem', [(problems or []) | join('\n')]) }}) as problems
where case when problem <> '' then {{ raise_error('problem') }} is null end
