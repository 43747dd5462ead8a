-- Grain: served product × source that may give its reason × evidence product (none: one row) × template that applies, at `live`.
-- Each option is true for this customer: bought and viewed products are distinguished, only the upper half of the catalogue is
-- called popular, and a pair counts only if it is more frequent than chance. A source with evidence must have evidence other than
-- the product itself, except buy_again. A source without a template that applies gives its general text, if it has one.
-- strength is the source's share of the score divided by the rank of the evidence. chosen_reasons selects one row per product. A
-- view, which chosen_reasons reads in blocks.
-- Lossy: omits products drawn for exploration, whose only reason is the exploration.
{{ config(materialized='view') }}
{%- set most_popular = 3 %}   {#- number of products called the most popular of a category, which needs at least twice as many #}
{#- A text states the repeat cycle only after at least fewest_gaps gaps between purchases and due_share of the cycle. -#}
{%- set fewest_gaps, due_share = 5, 0.75 %}
with now as (
    select
        cutoff_id,
        cutoff_at
    from {{ ref('cutoffs') }}
    where purpose = 'live'
),

served as (
    select
        contributions.cutoff_id,
        contributions.customer_index,
        contributions.product_index,
        lists.list_rank,
        now.cutoff_at,
        contributions.reason_sources,
        contributions.reason_shares
    from {{ ref('list_contributions') }} as contributions
    inner join {{ ref('explained_lists') }} as lists
        on
            contributions.customer_index = lists.customer_index
            and contributions.product_index = lists.product_index
    inner join now on contributions.cutoff_id = now.cutoff_id
    where not lists.is_exploration and {{ in_block('lists.list_index') }}
),

sources as (
    select
        cutoff_id,
        customer_index,
        product_index,
        list_rank,
        cutoff_at,
        {{ explode_ranked({'source': 'reason_sources', 'share': 'reason_shares'}, 'reason_rank') }}
    from served
),

evidence as (
    {{ product_evidence() }}
),

explained as (
    select
        sources.*,
        known_sources.has_evidence,
        known_sources.reason_code as general_code,
        known_sources.reason_text as general_text,
        coalesce(evidence.evidence_rank, 1) as evidence_rank,
        nullif(evidence.evidence_index, sources.product_index) as evidence_index,
        sources.share / coalesce(evidence.evidence_rank, 1) as strength
    from sources
    inner join {{ ref('candidate_sources') }} as known_sources on sources.source = known_sources.source
    left join evidence
        on
            sources.customer_index = evidence.customer_index
            and sources.product_index = evidence.product_index
            and sources.source = evidence.source
            and evidence.evidence_rank > 0
),

last_purchases as (
    select
        gaps.cutoff_id,
        gaps.customer_index,
        gaps.product_index,
        gaps.purchase_date
    from {{ ref('purchase_gaps') }} as gaps
    inner join now on gaps.cutoff_id = now.cutoff_id
    where gaps.is_last
),

popularity as (
    select
        known.product_index,
        products.category,
        known.popularity_rank * 2 <= count(*) over () as is_popular,
        products.category <> 'unknown'
        and count(*) over (partition by products.category) >= {{ 2 * most_popular }}
        and row_number() over (partition by products.category order by known.popularity_rank asc nulls last)
        <= {{ most_popular }} as leads_category
    from {{ ref('cutoff_products') }} as known
    inner join now on known.cutoff_id = now.cutoff_id
    inner join {{ ref('clean_products') }} as products on known.product_index = products.product_index
),

pairs as (
    select
        'next_purchase' as source,
        transitions.product_index,
        transitions.next_product_index as partner_index
    from {{ ref('product_transitions') }} as transitions
    inner join now on transitions.cutoff_id = now.cutoff_id
    where transitions.lift > 1
    union all
    select
        'bought_together' as source,
        companions.product_index,
        companions.companion_index as partner_index
    from {{ ref('product_companions') }} as companions
    inner join now on companions.cutoff_id = now.cutoff_id
    where companions.lift > 1
),

facts as (
    select
        explained.cutoff_id,
        explained.customer_index,
        explained.list_rank,
        explained.product_index,
        explained.source,
        explained.evidence_rank,
        explained.evidence_index,
        explained.strength,
        explained.general_code,
        explained.general_text,
        products.name as product_name,
        case when purchases.product_index is null then products.name end as seen_name,
        {{ month_text('purchases.purchase_date', 'explained.cutoff_at') }} as product_month,
        {{ month_text('own_purchases.purchase_date', 'explained.cutoff_at') }} as own_month,
        case
            when
                cycles.gap_count >= {{ fewest_gaps }}
                and cycles.cycle_shape > 1
                and round(cycles.cycle_days) > 1
                and {{ days_between('own_purchases.purchase_date', 'cast(explained.cutoff_at as date)') }}
                >= {{ due_share }} * cycles.cycle_days
                then cast(cast(round(cycles.cycle_days) as bigint) as string)
        end as cycle_days,
        case when popularity.leads_category then replace(popularity.category, '_', ' ') end as popular_category,
        replace(tastes.category, '_', ' ') as liked_category,
        case
            when usual_country.lift >= 1 then 'in your country'
            when usual_device.lift >= 1 then 'on your device'
            when usual_daypart.lift >= 1 then 'at your usual time of day'
        end as popular_place,
        case when popularity.is_popular then 'with customers right now' end as popular_now
    from explained
    left join popularity on explained.product_index = popularity.product_index
    left join pairs
        on
            explained.source = pairs.source
            and explained.evidence_index = pairs.product_index
            and explained.product_index = pairs.partner_index
    left join {{ ref('clean_products') }} as products on explained.evidence_index = products.product_index
    left join last_purchases as purchases
        on
            explained.customer_index = purchases.customer_index
            and explained.evidence_index = purchases.product_index
    left join last_purchases as own_purchases
        on
            explained.source = 'buy_again'
            and explained.customer_index = own_purchases.customer_index
            and explained.product_index = own_purchases.product_index
    left join {{ ref('product_cycles') }} as cycles
        on
            own_purchases.cutoff_id = cycles.cutoff_id
            and own_purchases.product_index = cycles.product_index
    left join {{ ref('survey_tastes') }} as tastes
        on
            explained.source = 'survey'
            and explained.cutoff_id = tastes.cutoff_id
            and explained.customer_index = tastes.customer_index
            and popularity.category = tastes.category
    left join {{ ref('usual_contexts') }} as usual
        on
            explained.source in ('context_popularity', 'survey')
            and explained.cutoff_id = usual.cutoff_id
            and explained.customer_index = usual.customer_index
    {%- for dimension in usual_dimensions() %}
    left join {{ ref('context_products') }} as usual_{{ dimension }}
        on
            usual.cutoff_id = usual_{{ dimension }}.cutoff_id
            and usual_{{ dimension }}.context = '{{ dimension }}'
            and usual.{{ dimension }} = usual_{{ dimension }}.cell
            and explained.product_index = usual_{{ dimension }}.product_index
    {%- endfor %}
    where
        case
            when explained.source in ('next_purchase', 'bought_together') then pairs.source is not null
            when explained.source <> 'buy_again' then explained.evidence_index is not null or not explained.has_evidence
            else true
        end
),

-- The set of facts that are known decides which templates apply; their values do not.
known as (
    select distinct
        {%- for column in reason_facts().values() %}
        {{ column }} is not null as has_{{ column }},
        {%- endfor %}
        source
    from facts
),

applicable as (
    select
        known.*,
        templates.preference,
        templates.reason_code,
        templates.template
    from known
    inner join {{ ref('reason_templates') }} as templates
        on
            known.source = templates.source
            {%- for placeholder, column in reason_facts().items() %}
            and (templates.template not like '%{{ placeholder }}%' or known.has_{{ column }})
            {%- endfor %}
),

worded as (
    select
        facts.*,
        coalesce(applicable.preference, 0) as preference,
        coalesce(
            applicable.template like '%{product}%'
            or applicable.template like '%{seen}%'
            or applicable.template like '%{month}%',
            false
        ) as names_evidence,
        coalesce(applicable.reason_code, facts.general_code) as reason_code,
        coalesce({{ filled_template('applicable.template', 'facts') }}, facts.general_text) as reason_text
    from facts
    left join applicable
        on
            facts.source = applicable.source
            {%- for column in reason_facts().values() %}
            and (facts.{{ column }} is not null) = applicable.has_{{ column }}
            {%- endfor %}
    where applicable.template is not null or facts.general_text is not null
)

select
    cutoff_id,
    customer_index,
    list_rank,
    product_index,
    source,
    evidence_rank,
    case when names_evidence then evidence_index end as evidence_index,
    preference,
    strength,
    reason_code,
    reason_text
from worded
