-- Grain: customer with a variant in the layer `lists` (macro list_layer). Fills the seam list_settings if experiment_lists is true.
-- A column per var of list_settings has the value of the variant; NULL for the value of the project. The control has no settings.
-- In the graph only while the seam is on.
{{ config(enabled=seam_is_on('list_settings'), access='protected') }}
select
    drawn.customer_index,
    drawn.variant
    {%- for name, setting in list_settings().items() %},
    cast({{ json_value('variants.settings', name) }} as {{ setting.type }}) as {{ name }}
    {%- endfor %}
from {{ ref('drawn_variants') }} as drawn
inner join {{ ref('experiment_variants') }} as variants
    on
        drawn.experiment = variants.experiment
        and drawn.variant = variants.variant
where drawn.layer = '{{ list_layer() }}'
