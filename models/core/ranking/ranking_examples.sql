-- Grain: list × product of the pool, on the tune cutoffs, of customers with a history: what the
-- ranker learns from and the methods are judged by. Lists fall into folds, by cutoff where there are several, else by a hash
-- of the customer: what is learnt on some is judged on the others. Lists without anything relevant among the pool stay, since
-- they count as failures. The other columns are those of ranking_features. training_weight is what a row counts in training: 1,
-- or by the seam training_weights that of the customer and, where the row is relevant, of the product.
{{ config(materialized='blocks', blocks_of='lists', block_column='list_index', block_size=10000) }}
{%- set fold_count = 4 %}   {#- folds of customers, where there is but one tune cutoff #}
with examples as (
    select
        lists.*,
        case
            when {{ var('tune_cutoffs') }} > 1 then dense_rank() over (order by lists.cutoff_id nulls last) - 1
            else cast(floor({{ hash_uniform("'fold:' || customers.customer_id") }} * {{ fold_count }}) as bigint)
        end as fold
    from {{ ref('lists') }} as lists
    inner join {{ ref('clean_customers') }} as customers on lists.customer_index = customers.customer_index
    where lists.has_history and lists.purpose = 'tune'
),

{{ features_of_lists('examples') }}

select
    features.*,
    examples.customer_index,
    examples.fold,
    examples.relevant_count,
    relevant.product_index is not null as is_relevant,
    {%- if seam_is_on('training_weights') %}
    coalesce(of_customers.training_weight, 1.0)
    * case when relevant.product_index is not null then coalesce(of_products.training_weight, 1.0) else 1.0 end as training_weight
    {%- else %}
    cast(1 as double) as training_weight
    {%- endif %}
from examples
inner join features on examples.list_index = features.list_index
left join {{ ref('tuning_labels') }} as relevant
    on
        examples.list_index = relevant.list_index
        and features.product_index = relevant.product_index
{%- if seam_is_on('training_weights') %}
left join {{ seam('training_weights') }} as of_customers
    on
        examples.cutoff_id = of_customers.cutoff_id
        and examples.customer_index = of_customers.customer_index
left join {{ seam('training_weights') }} as of_products
    on
        examples.cutoff_id = of_products.cutoff_id
        and features.product_index = of_products.product_index
{%- endif %}
