-- Catches an invalid plan of experiments that is accepted, a valid one that is refused, and a message that does not name seed,
-- row, column and remedy. Each case changes one value of a valid plan: an ended experiment of two variants.
{%- set day, control = modules.datetime.date, var('experiment_control_variant') %}
{%- set seed, variant_seed = 'Seed experiments, row e, column ', 'Seed experiment_variants, row e, new, column ' %}
{%- set plan = {'experiment': 'e', 'layer': 'lists', 'salt': 's', 'traffic_share': none, 'starts_on': day(2026, 3, 1),
    'ends_on': day(2026, 3, 30)} %}
{%- set other = dict(plan, experiment='f', layer='banner', salt='t') %}
{%- set arms = [{'experiment': 'e', 'variant': control, 'planned_share': 0.5, 'settings': none}] %}
{%- set new = {'experiment': 'e', 'variant': 'new', 'planned_share': 0.5, 'settings': none} %}
{%- set other_arms = [dict(arms[0], experiment='f'), dict(new, experiment='f')] %}
{%- set open = dict(plan, ends_on=none) %}
{%- set cases = [
    ('a valid plan', [plan, other], arms + [new] + other_arms, ''),
    ('no plan', [], [], ''),
    ('two experiments that share a layer', [dict(plan, traffic_share=0.4), dict(other, layer='lists', traffic_share=0.6)],
        arms + [new] + other_arms, ''),
    ('traffic of 0', [dict(plan, traffic_share=0)], arms + [new],
        seed ~ 'traffic_share: 0. Accepted: above 0 and at most 1, or empty for 1.'),
    ('end before start', [dict(plan, ends_on=day(2026, 2, 1))], arms + [new],
        seed ~ 'ends_on: 2026-02-01 is before starts_on 2026-03-01. Set a later day'),
    ('one salt in two layers', [plan, dict(other, salt='s')], arms + [new] + other_arms,
        seed ~ 'salt: s is also the salt of f in layer banner, so the variants of both would depend on each other. Give each'),
    ('more than all traffic', [dict(plan, traffic_share=0.5), dict(other, layer='lists', traffic_share=0.6)],
        arms + [new] + other_arms, seed ~ 'traffic_share: on 2026-03-01, the shares of e, f in layer lists sum to 1.1. Lower'),
    ('no control', [plan], [new, dict(new, variant='newer')],
        'Seed experiment_variants, experiment e, column variant: the control ' ~ control ~ ' is missing. Add its row'),
    ('one variant', [plan], arms,
        'Seed experiment_variants, experiment e, column variant: ' ~ control ~ ' is the only one. Add a row'),
    ('share of 0', [plan], arms + [dict(new, planned_share=0)],
        variant_seed ~ 'planned_share: 0. Accepted: above 0 and at most 1.'),
    ('unknown experiment', [plan], arms + [new, dict(new, experiment='g')],
        'Seed experiment_variants, row g, new, column experiment: g is not in the seed experiments. Add it there.'),
    ('accepted settings', [plan], arms + [dict(new, settings='{"ranking_method": "weighted", "fatigue_factor": 1}')], ''),
    ('settings that are no object', [plan], arms + [dict(new, settings='diversity_lambda: 1')],
        variant_seed ~ 'settings: diversity_lambda: 1 is not a JSON object'),
    ('unknown setting', [plan], arms + [dict(new, settings='{"diversity": 1}')],
        variant_seed ~ 'settings: var diversity is unknown. Accepted: ranking_method, repeat_policy'),
    ('setting of all lists', [plan], arms + [dict(new, settings='{"list_length": 5}')],
        variant_seed ~ 'settings: var list_length cannot differ between variants: all lists of a run have one length.'),
    ('setting that acts on no list', [plan], arms + [dict(new, settings='{"als_factors": 5}')],
        variant_seed ~ 'settings: var als_factors cannot differ between variants: it does not act on single lists.'),
    ('value that is not accepted', [plan], arms + [dict(new, settings='{"fatigue_factor": 2}')],
        variant_seed ~ 'settings: fatigue_factor is 2. Accepted: number > 0 <= 1.'),
    ('policy that needs other pools', [plan], arms + [dict(new, settings='{"repeat_policy": "never"}')],
        variant_seed ~ 'settings: repeat_policy is "never". Accepted: always | replenishable.'),
    ('more slots than positions', [plan], arms + [dict(new, settings='{"exploration_slots": 1000}')],
        variant_seed ~ 'settings: exploration_slots exceeds var list_length.'),
    ('settings in another layer', [other],
        [dict(arms[0], experiment='f'), dict(new, experiment='f', settings='{"fatigue_factor": 1}')],
        'Seed experiment_variants, row f, new, column settings: the experiment is in layer banner. Only experiments of'),
    ('settings of the control', [plan], [dict(arms[0], settings='{"fatigue_factor": 1}'), new],
        'Seed experiment_variants, row e, ' ~ control ~ ', column settings: the control has the lists of the project. Remove'),
    ('settings of a running experiment', [open], arms + [dict(new, settings='{"fatigue_factor": 1}')],
        '' if var('experiment_lists') else variant_seed ~ 'settings: var experiment_lists is false, so lists ignore them. Set'),
] %}
with found as (
    {%- for name, experiments, variants, expected in (cases if execute else []) %}
    select
        {{ sql_text(name) }} as plan,
        {{ sql_text(expected) }} as expected_problem,
        {{ sql_text(experiment_problems(experiments, variants, day(2026, 3, 31)) | join(' / ')) }} as problem
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        '' as plan,
        '' as expected_problem,
        '' as problem
    {%- endfor %}
)

select
    plan,
    expected_problem,
    problem
from found
where left(problem, length(expected_problem)) <> expected_problem or (expected_problem = '') <> (problem = '')
