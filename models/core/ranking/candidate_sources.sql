-- Grain: source. The macro candidate_sources as a table, for joins in SQL and Python: name, default weight, requirements and
-- customer text of each source. The default weights of the sources in use sum to 1.
{%- set total_weight = candidate_sources() | sum(attribute='default_weight') | round(6) %}
{% for row in candidate_sources() %}
select
    {{ loop.index }} as place,
    '{{ row.source }}' as source,
    cast({{ row.default_weight }} as double) / {{ total_weight }} as default_weight,
    {{ row.needs_history }} as needs_history,
    {{ 'true' if row.evidence_model else 'false' }} as has_evidence,
    {%- if row.source == cascade().retrieval %}
    {{ cascade().depth }} as retrieval_depth,
    cast({{ 1 - cascade().content_share }} as double) as cascade_share,
    {%- else %}
    cast(null as integer) as retrieval_depth,
    cast({{ cascade().content_share if row.source == 'content' else 0 }} as double) as cascade_share,
    {%- endif %}
    {%- set with_history = ['history', 'fold_in'] %}
    {%- set tiers = row.tiers or with_history + ([] if row.needs_history else ['survey', 'context', 'popularity']) %}
    {{ array_of(tiers | map('tojson') | map('replace', '"', "'") | list) }} as tiers,
    cast({{ sql_text(row.leads_tier) if row.leads_tier else 'null' }} as string) as leads_tier,
    '{{ row.reason_code }}' as reason_code,
    cast({{ sql_text(row.reason_text) if row.reason_text else 'null' }} as string) as reason_text
{{ 'union all' if not loop.last }}
{% endfor %}
