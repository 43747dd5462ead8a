{#- Every var of the project: section → name → default, accepted values, unit and meaning. A section with the name of a capability
    has the vars of that capability. check_vars validates a run against this table; `make reference` writes the vars of dbt_project.yml
    and docs/reference/vars.md from it. `accepts` has one or more alternatives, separated by ` | `: null, a type with bounds
    (integer, number, boolean, text, timestamp, mapping, `list of` a type), or a word. -#}
{% macro public_vars() %}
    {%- set table -%}
raw tables:
  dataset: {default: demo, accepts: text, comment: Name of the data set. The database is warehouse/<dataset>.duckdb}
  raw_path:
    default: null
    accepts: text | null
    comment: "Folder that replaces <raw_path> in the files of `raw`. null: seeds/demo, for the demo only"
  raw:
    default:
      customers: {file: <raw_path>/customers.csv}
      products: {file: <raw_path>/products.csv}
      order_lines: {file: <raw_path>/order_lines.csv}
      events: {file: <raw_path>/events.csv}
      feedback: {file: <raw_path>/feedback.csv}
      impressions: {file: <raw_path>/impressions.csv}
      consents: {file: <raw_path>/consents.csv}
      erasure_requests: {file: <raw_path>/erasure_requests.csv}
    accepts: mapping
    comment: One entry per mapped table of the raw contract. An omitted table is empty

switches:
  enable_evaluation:
    default: true
    accepts: boolean
    comment: Accuracy of lists on past cutoffs, and the release gates. Fairness needs it
  enable_fairness:
    default: true
    accepts: boolean
    comment: Comparison of groups of customers and products, and mitigation of differences
  enable_experiments: {default: true, accepts: boolean, comment: "A/B tests of lists on live customers, and off-policy estimates"}
  enable_outcomes:
    default: true
    accepts: boolean
    comment: Clicks, purchases and revenue of shown lists by release, and metrics across releases. Needs evaluation
  enable_quality: {default: true, accepts: boolean, comment: "Ledger of raw rows, profiles of raw columns, drift and freshness"}
  enable_catalogue:
    default: true
    accepts: boolean
    comment: Similar products, products bought together, popular products, and lists per context
  enable_profiles: {default: true, accepts: boolean, comment: "Features, embeddings, segments, sales and audiences for analysts"}
  enable_private_releases: {default: true, accepts: boolean, comment: Differentially private aggregates}
  enable_tuning: {default: true, accepts: boolean, comment: Trials of `make tune` as tables}

determinism:
  seed: {default: 7, accepts: integer >= 0, comment: Seed of every random start and draw}

time:
  as_of:
    default: null
    accepts: timestamp | null
    unit: "UTC, YYYY-MM-DD or YYYY-MM-DD hh:mm:ss"
    comment: "Time of the `live` cutoff. null: the newest event"
  shop_time_zone:
    default: null
    accepts: text | null
    unit: "IANA name, as Europe/Berlin"
    comment: "Time zone for hours, days and months of interactions. Countries of country_time_zones have their own. null: UTC"
  horizon_days:
    default: 28
    accepts: integer >= 1
    unit: days
    comment: Time after a cutoff within which recommendations are evaluated
  tune_cutoffs:
    default: auto
    accepts: integer >= 0 | auto
    comment: "Number of tuning cutoffs, one horizon apart, before the test cutoffs. auto: a second one if the first has few lists"
  backtest_cutoffs:
    default: 0
    accepts: integer >= 0
    comment: Number of test cutoffs before the newest one, one horizon apart
  reopen_days:
    default: 7
    accepts: integer >= 1
    unit: days
    comment: The next build reads raw order lines and events of this many days before the last as_of again
  customers_per_cutoff:
    default: 10000
    accepts: integer >= 1
    unit: customers
    comment: Largest sample of customers per tune and test cutoff

cleaning:
  earliest_time:
    default: '1990-01-01'
    accepts: timestamp
    unit: UTC
    comment: Earlier times are implausible, except dates of birth and launch
  base_currency: {default: EUR, accepts: text, unit: ISO 4217, comment: Currency to which prices and amounts are converted}
  order_line_key:
    default: [order_id, product_id]
    accepts: list of text
    comment: "Columns that identify an order line. []: an order may have several lines of one product"
  bot_events_per_minute:
    default: 30
    accepts: integer >= 1
    unit: events
    comment: A customer with this many events in a minute is treated as a bot

privacy:
  consent_default_personalisation:
    default: true
    accepts: boolean
    comment: Consent to profiles and personal lists, for customers who stated none
  consent_default_analytics:
    default: true
    accepts: boolean
    comment: Consent to measurement (labels, evaluation, gates), for customers who stated none
  consent_default_marketing:
    default: false
    accepts: boolean
    comment: Consent to marketing messages, for customers who stated none
  smallest_published_cell:
    default: 5
    accepts: integer >= 1 <= 30
    unit: customers
    comment: "Smallest published count. 1: every count is published"
  publish_country:
    default: false
    accepts: boolean
    comment: "true: the published table customers has the country of each customer"

interactions:
  strength_half_life_days:
    default: null
    accepts: number > 0 | null
    unit: days
    comment: "Half-life of an interaction in the customer's own strengths. null: chosen on the tuning cutoffs"
  popularity_half_life_days: {default: 28, accepts: number > 0, unit: days, comment: Half-life of an interaction in popularity}

segments:
  segment_method:
    default: kmeans
    accepts: kmeans | hierarchical
    comment: "Clustering method. hierarchical: Ward, on part of the sample"

candidates:
  excluded_sources:
    default: []
    accepts: list of text
    comment: Candidate sources that are not used, by their names in macros/core/candidates/candidate_sources.sql
  candidates_per_source:
    default: 100
    accepts: integer >= 1
    unit: products
    comment: Number of candidates of each source per customer, with repeats and again without repeats
  als_factors: {default: 256, accepts: integer >= 1, comment: Largest number of factors of the customer and product vectors}
  als_regularization:
    default: null
    accepts: number > 0 | null
    comment: "L2 penalty on each vector. null: chosen on the tuning cutoffs"
  als_alpha:
    default: null
    accepts: number > 0 | null
    comment: "Confidence of a cell is 1 + als_alpha * strength. null: chosen on the tuning cutoffs"
  als_backend:
    default: implicit
    accepts: implicit | spark
    comment: "Library that learns the product vectors of als. implicit: on one machine. spark: Spark ML, distributed, on Spark only"
  als_start:
    default: svd
    accepts: svd | random | last | frozen
    comment: "svd, random: fit from scratch. last: start from the product vectors of the last build. frozen: keep those vectors"
  als_iterations: {default: 15, accepts: integer >= 1, unit: sweeps, comment: Largest number of sweeps of a fit from scratch}
  als_device:
    default: cpu
    accepts: cpu | gpu
    comment: Device on which als is fitted. gpu needs an NVIDIA GPU and implicit[gpu]
  als_early_stopping:
    default: true
    accepts: boolean
    comment: Stop when the held-out accuracy on the tuning cutoffs no longer rises
  spectral_factors:
    default: 256
    accepts: integer >= 1
    comment: Number of patterns of the product graph that the source `spectral` keeps
  spectral_largest_share:
    default: 0.1
    accepts: number > 0 <= 1
    comment: Largest number of patterns, as a share of the number of customers or of products, whichever is smaller
  neighbours_count: {default: 100, accepts: integer >= 1, unit: products, comment: Number of neighbours kept per product}

ranking:
  ranking_method:
    default: auto
    accepts: auto | weighted | stacked | cascade
    comment: "weighted: blend of sources. stacked: learned ranker. cascade: one source, re-ranked. auto: best on tuning cutoffs"
  pool_depth:
    default: 50
    accepts: integer >= 1 <= 900
    unit: products
    comment: Number of products per customer that compete for a list
  pool_new_products:
    default: 5
    accepts: integer >= 0
    unit: products
    comment: Number of new products added to each customer's pool
  new_product_days: {default: 30, accepts: integer >= 0, unit: days, comment: Age up to which a product is new}
  ranker_iterations: {default: 100, accepts: integer >= 1, unit: trees, comment: Largest number of trees of the learned ranker}
  ranker_leaves: {default: 7, accepts: integer >= 2, unit: leaves, comment: Number of leaves per tree}
  ranker_learning_rate:
    default: 0.1
    accepts: number > 0 <= 1
    comment: "Learning rate: share of each tree that is added to the score"
  ranker_blend_scale:
    default: 1.0
    accepts: number > 0
    comment: Factor of the blend's score, which is the starting value of the ranker

assembly:
  list_length: {default: 10, accepts: integer >= 1, unit: products, comment: Number of products per published list}
  repeat_policy:
    default: replenishable
    accepts: always | never | replenishable
    comment: "Whether lists may repeat bought products. replenishable: once due again. The seed repeat_policies has precedence"
  value_weight:
    default: 0
    accepts: number >= 0 <= 1
    comment: "Lists are ordered by probability × value ^ value_weight. 0: probability alone. 1: expected margin, or revenue if no cost is known. Needs evaluation"
  fatigue_factor:
    default: 0.9
    accepts: number > 0 <= 1
    comment: "Factor of a product's score per impression without a click. 1: no fatigue"
  most_impressions_per_week:
    default: 7
    accepts: integer >= 1
    unit: impressions
    comment: Impressions of a product within seven days after which it is withheld from the customer
  dislike_discount:
    default: 0.5
    accepts: number >= 0 <= 1
    comment: "Reduction of the scores of products similar to a disliked one, times the similarity. 0: none"
  diversity_method:
    default: mmr
    accepts: mmr | calibrated | none
    comment: "mmr: prefer dissimilar products. calibrated: follow the category mix of the customer's history"
  diversity_lambda: {default: 0.95, accepts: number >= 0 <= 1, comment: "Weight of the score against diversity. 1: no diversity"}
  exploration_slots:
    default: 1
    accepts: integer >= 0
    unit: products
    comment: Number of positions at the end of a list that are drawn at random

explanations:
  evidence_per_source:
    default: 3
    accepts: integer >= 1
    unit: products
    comment: Number of products of the customer's history listed per recommendation and source, strongest first

evaluation:
  evaluation_protocol:
    default: horizon
    accepts: horizon | leave_last_out
    comment: "Labels: choices within the horizon, or each customer's last products, for data without useful times"
  evaluation_ks:
    default: [5, 10, 20, 50]
    accepts: list of integer >= 1
    unit: products
    comment: List lengths at which accuracy is measured
  evaluation_k:
    default: 10
    accepts: integer >= 1
    unit: products
    comment: List length at which groups of customers are measured and compared, one of evaluation_ks
  evaluation_bootstrap_replicates:
    default: 200
    accepts: integer >= 1
    comment: Number of Poisson bootstrap replicates of each confidence interval
  evaluation_confidence_level:
    default: 0.95
    accepts: number > 0 < 1
    comment: "Two-sided level of published intervals: 0.8, 0.9, 0.95, 0.98, 0.99 or 0.999"
  evaluation_fewest_customers:
    default: 50
    accepts: integer >= 1
    unit: customers
    comment: "Fewest customers for a gate (with fewer: not_enough_data), and for measuring a group of customers"
  evaluation_gate_severity:
    default: error
    accepts: error | warn
    comment: "error: a failed gate fails the build. warn: the build prints the failure and succeeds"
  evaluation_ablation_labels:
    default: 8000
    accepts: integer >= 0
    unit: products
    comment: "Number of chosen products per mode whose tuning lists measure the ablation of a source or feature family. 0: none"

fairness:
  fairness_fewest_customers:
    default: 30
    accepts: integer >= 2
    unit: customers
    comment: Fewest customers for publishing and comparing a group
  fairness_attribute: {default: gender, accepts: text, comment: Customer attribute whose groups balancing and debiasing treat}
  fairness_balancing_strength:
    default: 0
    accepts: number >= 0 <= 1
    comment: "1: each group's share of the training weight equals its share of the customers. 0: off"
  fairness_propensity_strength:
    default: 0
    accepts: number >= 0 <= 1
    comment: "1: a product that half as many customers saw or chose counts twice in training. 0: off"
  fairness_debias_strength:
    default: 0
    accepts: number >= 0 <= 1
    comment: "Share of the directions between groups that is removed from the customer vectors of als. 0: off"
  fairness_exposure_attribute:
    default: brand
    accepts: text
    comment: Product attribute whose groups get a minimum number of positions
  fairness_exposure_target:
    default: history
    accepts: history | catalogue
    comment: "Target of a group's exposure: its share of interactions (history) or of products (catalogue)"
  fairness_exposure_strength: {default: 0, accepts: number >= 0 <= 1, comment: "1: floors as high as chance allows. 0: off"}
  fairness_mitigation_lists:
    default: 200
    accepts: integer >= 0
    unit: customers
    comment: "Number of customers per tuning cutoff on whose lists mitigation is tried. 0: none"

experiments:
  experiment_control_variant:
    default: control
    accepts: text
    comment: Variant of impressions with which all others are compared
  experiment_lists:
    default: false
    accepts: boolean
    comment: "true: lists follow the settings of the customer's variant in the layer `lists`, and recommendations name the variant"
  experiment_holdout_share:
    default: 0
    accepts: number >= 0 < 1
    unit: share of customers
    comment: Share of customers who take part in no experiment and get the lists of the project
  experiment_propensity_scope:
    default: list
    accepts: position | list
    comment: "Reference of the logged propensity: the product at its position (position), or anywhere in the list (list)"
  experiment_fewest_customers:
    default: 50
    accepts: integer >= 10
    unit: customers
    comment: Fewest customers of an arm for a comparison
  experiment_relevant_change:
    default: 0.1
    accepts: number > 0
    unit: share of the control
    comment: Smallest change worth detecting. customers_needed is the sample size for it
  experiment_guardrail_margin:
    default: 0.05
    accepts: number > 0 < 1
    unit: share of the control
    comment: Largest acceptable decrease of a guardrail. A variant must be shown to stay above it
  experiment_bandit_method:
    default: none
    accepts: none | thompson | ucb1 | epsilon_greedy
    comment: "Method that computes the next shares of the variants in bandit_allocation. none: no allocation"
  experiment_bandit_floor:
    default: 0.02
    accepts: number >= 0 <= 0.5
    unit: share of the customers
    comment: Least next share of a variant while the search goes on. Floors that sum to more than 1 give equal shares
  experiment_bandit_by:
    default: none
    accepts: none | activity_band | country
    comment: "Attribute of customers with an allocation per value. none: one for all"

outcomes:
  outcome_window_days:
    default: 7
    accepts: integer >= 1
    unit: days
    comment: Time after an impression in which a click, cart or purchase of the product counts for it

catalogue:
  catalogue_smallest_cell:
    default: 1000
    accepts: integer >= 1
    unit: interactions
    comment: Fewest interactions of a segment, context or contextual cell for a list of its own

private_releases:
  private_release:
    default: false
    accepts: boolean
    comment: "true: this build adds a release to private_aggregates and spends private_epsilon"
  private_mechanism: {default: laplace, accepts: laplace | gaussian, comment: Noise mechanism of a release}
  private_epsilon: {default: 1.0, accepts: number > 0, comment: "Epsilon of one release, shared equally by its three statistics"}
  private_delta: {default: 0.000001, accepts: number > 0 < 1, comment: Delta of one release with gaussian noise}
  private_total_epsilon:
    default: 4.0
    accepts: number > 0
    comment: Epsilon of all releases together. A build that would exceed it fails
  private_highest_amount:
    default: 500
    accepts: number > 0
    unit: base_currency
    comment: Largest amount of a customer that counts in a release; larger amounts are clipped

publishing:
  releases_kept:
    default: 5
    accepts: integer >= 1
    unit: releases
    comment: Number of releases kept in the published folder, including the newest
  oldest_audit_days:
    default: 14
    accepts: integer >= 0
    unit: days
    comment: Largest age, by as_of, of tables of an earlier run that are published with newer lists

    {%- endset -%}
    {{ return(fromyaml(table)) }}
{% endmacro %}
