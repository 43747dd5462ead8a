-- Grain: running experiment × customer in its traffic, with the variant of the customer. An experiment runs from starts_on to
-- ends_on, at as_of. The draws are hashes of salt and customer_id, so that they depend on no other customer and on no other
-- experiment of another layer:
--   holdout     a customer whose hash is below experiment_holdout_share takes part in no experiment
--   experiment  the hash with the name of the layer selects a point of the unit interval; layer_slices has the experiment there
--   variant     an exponential race with the salt of the experiment: smallest -ln(1 - u) / planned_share first (weighted
--               rendezvous hashing). A higher share of one variant only moves customers into it, a lower one only out of it, and
--               a new variant only takes customers. Cumulative buckets would also move customers between other variants
-- Customers who refuse personalisation or analytics have the control, whatever their draw, and are not measured: they get the
-- same lists as without experiments, and no variant of a list reveals the refusal.
{%- set is_running = 'experiments.starts_on <= cast(as_of.as_of as date)
    and coalesce(experiments.ends_on >= cast(as_of.as_of as date), true)' %}
with customers as (
    select
        customer_id,
        customer_index,
        is_personalisation_granted and is_analytics_granted as is_measured
    from {{ ref('clean_customers') }}
    where not {{ is_held_out('customer_id') }}
),

running as (
    select
        experiments.experiment,
        experiments.layer,
        experiments.salt
    from {{ ref('experiments') }} as experiments
    inner join {{ ref('as_of') }} as as_of on {{ is_running }}
),

layers as (
    select distinct layer
    from running
),

located as (
    select
        layers.layer,
        customers.customer_id,
        customers.customer_index,
        customers.is_measured,
        {{ hash_uniform("'layer:' || layers.layer || ':' || customers.customer_id") }} as layer_draw
    from customers
    cross join layers
),

raced as (
    select
        running.experiment,
        running.layer,
        located.customer_id,
        located.customer_index,
        located.is_measured,
        variants.variant,
        row_number() over (
            partition by running.experiment, located.customer_id
            order by
                -ln(1 - {{ hash_uniform("running.salt || ':' || variants.variant || ':' || located.customer_id") }})
                / variants.planned_share asc nulls last,
                variants.variant asc nulls last
        ) as place
    from located
    inner join {{ ref('layer_slices') }} as slices
        on
            located.layer = slices.layer
            and located.layer_draw >= slices.slice_low
            and located.layer_draw < slices.slice_high
    inner join running on slices.experiment = running.experiment
    inner join {{ ref('experiment_variants') }} as variants on running.experiment = variants.experiment
)

select
    experiment,
    layer,
    customer_id,
    customer_index,
    is_measured,
    case when is_measured then variant else '{{ var("experiment_control_variant") }}' end as variant
from raced
where place = 1
