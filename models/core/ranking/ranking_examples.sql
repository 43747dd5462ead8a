-- Grain: list × product of the pool, on the tuning cutoffs, for customers with a history. Training data of the ranker and
-- evaluation data of the methods. Lists are assigned to folds by a hash of the customer, and a list is evaluated by a model
-- trained on the other folds. Folds by cutoff would leave the ranker only half of the lists of two cutoffs.
-- Lists without a relevant product in the pool stay, because they count as failures. training_weight is 1, or, if the seam
-- training_weights is on, the weight of the customer times, for a relevant row, that of the product. The other columns are those
-- of ranking_features.
{{ config(materialized='blocks', blocks_of='lists', block_column='list_index', block_size=10000) }}
{%- set fold_count = 4 %}
with examples as (
    select
        lists.*,
        cast(floor({{ hash_uniform("'fold:' || customers.customer_id") }} * {{ fold_count }}) as bigint) as fold
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
