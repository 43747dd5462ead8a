{#- Problems of the rows of the seeds experiments and experiment_variants: a list of texts that name seed, row, column and remedy.
    `today` is the date of as_of: settings of ended experiments need no experiment_lists. -#}
{% macro experiment_problems(experiments, variants, today) %}
    {%- set problems = [] -%}
    {%- set known = experiments | map(attribute='experiment') | list -%}
    {%- for row in experiments -%}
        {%- set place = 'Seed experiments, row ' ~ row.experiment ~ ', column ' -%}
        {%- set arms = variants | selectattr('experiment', 'equalto', row.experiment) | map(attribute='variant') | list -%}
        {%- if row.traffic_share is not none and not 0 < row.traffic_share <= 1 -%}
            {%- do problems.append(place ~ 'traffic_share: ' ~ row.traffic_share
                ~ '. Accepted: above 0 and at most 1, or empty for 1.') -%}
        {%- endif -%}
        {%- if row.ends_on is not none and row.ends_on < row.starts_on -%}
            {%- do problems.append(place ~ 'ends_on: ' ~ row.ends_on ~ ' is before starts_on ' ~ row.starts_on
                ~ '. Set a later day, or leave it empty for no end.') -%}
        {%- endif -%}
        {%- for other in experiments
            if other.salt == row.salt and other.layer != row.layer and other.experiment > row.experiment -%}
            {%- do problems.append(place ~ 'salt: ' ~ row.salt ~ ' is also the salt of ' ~ other.experiment ~ ' in layer '
                ~ other.layer ~ ', so the variants of both would depend on each other. Give each its own salt.') -%}
        {%- endfor -%}
        {%- if var('experiment_control_variant') not in arms -%}
            {%- do problems.append('Seed experiment_variants, experiment ' ~ row.experiment ~ ', column variant: the control '
                ~ var('experiment_control_variant') ~ ' is missing. Add its row, or change var experiment_control_variant.') -%}
        {%- elif arms | length == 1 -%}
            {%- do problems.append('Seed experiment_variants, experiment ' ~ row.experiment ~ ', column variant: '
                ~ arms[0] ~ ' is the only one. Add a row for the variant to compare with it.') -%}
        {%- endif -%}
        {%- set together = [] -%}
        {%- for other in experiments if other.layer == row.layer and other.starts_on <= row.starts_on
            and (other.ends_on is none or other.ends_on >= row.starts_on) -%}
            {%- do together.append((other.experiment, 1 if other.traffic_share is none else other.traffic_share)) -%}
        {%- endfor -%}
        {%- set total = together | sum(attribute=1) | round(6) -%}
        {%- if total > 1 and together | length > 1 -%}
            {%- do problems.append(place ~ 'traffic_share: on ' ~ row.starts_on ~ ', the shares of '
                ~ together | map('first') | sort | join(', ') ~ ' in layer ' ~ row.layer ~ ' sum to ' ~ total
                ~ '. Lower them to at most 1 together, or move the start.') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for row in variants -%}
        {%- set place = 'Seed experiment_variants, row ' ~ row.experiment ~ ', ' ~ row.variant ~ ', column ' -%}
        {%- set own = experiments | selectattr('experiment', 'equalto', row.experiment) | first -%}
        {%- if row.planned_share is none or not 0 < row.planned_share <= 1 -%}
            {%- do problems.append(place ~ 'planned_share: ' ~ (row.planned_share if row.planned_share is not none else 'empty')
                ~ '. Accepted: above 0 and at most 1. To stop a variant, end its experiment.') -%}
        {%- endif -%}
        {%- set settings = fromjson(row.settings) if row.settings else none -%}
        {%- if row.experiment not in known -%}
            {%- do problems.append(place ~ 'experiment: ' ~ row.experiment ~ ' is not in the seed experiments. Add it there.') -%}
        {%- elif row.settings and settings is not mapping -%}
            {%- do problems.append(place ~ 'settings: ' ~ row.settings ~ ' is not a JSON object. Write one, such as '
                ~ '{"diversity_lambda": 0.9}.') -%}
        {%- elif settings and own.layer != list_layer() -%}
            {%- do problems.append(place ~ 'settings: the experiment is in layer ' ~ own.layer ~ '. Only experiments of layer '
                ~ list_layer() ~ ' change lists; set its layer, or remove the settings.') -%}
        {%- elif settings and row.variant == var('experiment_control_variant') -%}
            {%- do problems.append(place ~ 'settings: the control has the lists of the project. Remove the settings.') -%}
        {%- elif settings and not var('experiment_lists') and (own.ends_on is none or own.ends_on >= today) -%}
            {%- do problems.append(place ~ 'settings: var experiment_lists is false, so lists ignore them. Set it to true in the '
                ~ 'mapping file or with --vars, or remove the settings.') -%}
        {%- endif -%}
        {%- for name, value in (settings.items() if settings is mapping else []) -%}
            {%- set problem = setting_problem(name, value) -%}
            {%- if problem -%}{%- do problems.append(place ~ 'settings: ' ~ problem ~ '.') -%}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(problems) }}
{% endmacro %}
