{#- Every var of the project: section → name → default, accepted values, unit and meaning. Sections that are named as a capability hold
    the vars of that capability. check_vars validates a run against it; `make vars` writes the vars of dbt_project.yml and
    docs/reference/vars.md from it. `accepts` is one or more alternatives, separated by ` | `: null, a type with bounds (integer, number,
    boolean, text, timestamp, mapping, `list of` a type), or a word. -#}
{% macro public_vars() %}
    {%- set table -%}
raw tables:
  dataset: {default: demo, accepts: text, comment: Name of the data set. The database is warehouse/<dataset>.duckdb}
  raw_path: {default: null, accepts: text | null, comment: "Folder that replaces <raw_path> in the files of `raw`. null: seeds/demo, for the demo only"}
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
    comment: One entry per mapped table of the raw contract. A table that is left out is empty

switches:
  enable_evaluation: {default: true, accepts: boolean, comment: "Quality of lists on past cutoffs, and the gates; fairness needs it"}
  enable_fairness: {default: true, accepts: boolean, comment: "Comparison of groups of customers and products, and mitigation"}
  enable_experiments: {default: true, accepts: boolean, comment: "Tests of lists on live customers, and off-policy estimates"}
  enable_quality: {default: true, accepts: boolean, comment: "Ledger of the raw rows, profiles of the raw columns, drift, freshness"}
  enable_catalogue: {default: true, accepts: boolean, comment: "Similar, bought together and popular products, lists per context"}
  enable_profiles: {default: true, accepts: boolean, comment: "Features, embeddings, segments, sales and audiences for analysts"}
  enable_private_releases: {default: true, accepts: boolean, comment: Differentially private aggregates}
  enable_tuning: {default: true, accepts: boolean, comment: Trials of make tune as tables}

determinism:
  seed: {default: 7, accepts: integer >= 0, comment: Seed of every random start and draw}

time:
  as_of: {default: null, accepts: timestamp | null, unit: "UTC, YYYY-MM-DD or YYYY-MM-DD hh:mm:ss", comment: "Moment at which `live` cuts. null: the newest event"}
  shop_time_zone:
    default: null
    accepts: text | null
    unit: "IANA name, as Europe/Berlin"
    comment: "Time zone of hours, days and months of interactions; countries of country_time_zones have their own. null: UTC everywhere"
  horizon_days: {default: 28, accepts: integer >= 1, unit: days, comment: Time after a cutoff in which a recommendation is judged}
  tune_cutoffs: {default: 1, accepts: integer >= 0, comment: "Tuning cutoffs, one horizon apart, before the test cutoffs"}
  backtest_cutoffs: {default: 0, accepts: integer >= 0, comment: "Test cutoffs before the newest one, one horizon apart"}
  reopen_days:
    default: 7
    accepts: integer >= 1
    unit: days
    comment: Raw order lines and events of this many days before the last as_of are read again by the next build
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
    comment: Times before it are implausible; dates of birth and launch aside
  base_currency: {default: EUR, accepts: text, unit: ISO 4217, comment: Currency that prices and amounts are converted to}
  order_line_key:
    default: [order_id, product_id]
    accepts: list of text
    comment: "Columns that identify an order line. []: lines of one order may repeat a product"
  bot_events_per_minute: {default: 30, accepts: integer >= 1, unit: events, comment: A customer with this many events in a minute is a bot}

privacy:
  consent_default_personalisation:
    default: true
    accepts: boolean
    comment: Consent to profiles and personal lists of customers who stated none
  consent_default_analytics:
    default: true
    accepts: boolean
    comment: "Consent to measurement (labels, evaluation, gates) of customers who stated none"
  consent_default_marketing: {default: false, accepts: boolean, comment: Consent to marketing messages of customers who stated none}
  smallest_published_cell:
    default: 5
    accepts: integer >= 1 <= 30
    unit: customers
    comment: "Smallest published count. 1: every count is published"
  publish_country:
    default: false
    accepts: boolean
    comment: "true: the country of each customer is published, in the table customers"

interactions:
  strength_half_life_days:
    default: null
    accepts: number > 0 | null
    unit: days
    comment: "Time after which an interaction counts half for the customer's own taste. null: chosen on tune"
  popularity_half_life_days:
    default: 28
    accepts: number > 0
    unit: days
    comment: Time after which an interaction counts half for popularity

segments:
  segment_method: {default: kmeans, accepts: kmeans | hierarchical, comment: "Clustering method. hierarchical: Ward, on part of the sample"}

candidates:
  excluded_sources:
    default: []
    accepts: list of text
    comment: "Candidate sources that are not used, by their names in macros/core/candidates/candidate_sources.sql"
  candidates_per_source:
    default: 100
    accepts: integer >= 1
    unit: products
    comment: "Candidates of each source per customer, with and without repeats"
  als_factors: {default: 256, accepts: integer >= 1, comment: "Length of the vectors of customers and products, at most"}
  als_regularization: {default: null, accepts: number > 0 | null, comment: "L2 penalty on each vector. null: chosen on tune"}
  als_alpha: {default: null, accepts: number > 0 | null, comment: "Confidence of a cell is 1 + als_alpha * strength. null: chosen on tune"}
  als_start:
    default: svd
    accepts: svd | random | last | frozen
    comment: "svd, random: a fit from scratch. last: continues from the last build's products. frozen: keeps them"
  als_iterations: {default: 15, accepts: integer >= 1, unit: sweeps, comment: Most sweeps of a fit from scratch}
  als_device: {default: cpu, accepts: cpu | gpu, comment: "Where the sweeps of als run. gpu needs an NVIDIA GPU and implicit[gpu]"}
  als_early_stopping: {default: true, accepts: boolean, comment: Stops where held-out quality at the tune cutoffs stops rising}
  spectral_factors: {default: 256, accepts: integer >= 1, comment: Patterns of the product graph that source `spectral` keeps}
  spectral_largest_share:
    default: 0.1
    accepts: number > 0 <= 1
    comment: "Largest number of patterns as a share of customers or products, of whichever there are fewer"
  neighbours_count: {default: 100, accepts: integer >= 1, unit: products, comment: Neighbours kept per product}

ranking:
  ranking_method:
    default: auto
    accepts: auto | weighted | stacked | cascade
    comment: "weighted: blend of sources. stacked: learned ranker. cascade: one source, re-ranked. auto: best on tune"
  pool_depth: {default: 50, accepts: integer >= 1 <= 900, unit: products, comment: Products per customer that compete for a list}
  pool_new_products: {default: 5, accepts: integer >= 0, unit: products, comment: "New products that join each customer's pool"}
  new_product_days: {default: 30, accepts: integer >= 0, unit: days, comment: Age up to which a product is new}
  ranker_iterations: {default: 100, accepts: integer >= 1, unit: trees, comment: Most trees of the learned ranker}
  ranker_leaves: {default: 7, accepts: integer >= 2, unit: leaves, comment: Leaves of a tree}
  ranker_learning_rate: {default: 0.1, accepts: number > 0 <= 1, comment: Share of each tree that is added}
  ranker_blend_scale: {default: 1.0, accepts: number > 0, comment: "Factor of the blend's score, from which the trees start"}

assembly:
  list_length: {default: 10, accepts: integer >= 1, unit: products, comment: Products per published list}
  repeat_policy:
    default: replenishable
    accepts: always | never | replenishable
    comment: "Whether lists may repeat what the customer bought; replenishable: once due again. Seed repeat_policies goes first"
  fatigue_factor:
    default: 0.9
    accepts: number > 0 <= 1
    comment: "What an impression without a click leaves of a product's score. 1: all of it"
  most_impressions_per_week:
    default: 7
    accepts: integer >= 1
    unit: impressions
    comment: Impressions of a product within seven days after which it is withheld from the customer
  dislike_discount:
    default: 0.5
    accepts: number >= 0 <= 1
    comment: "What a dislike takes from similar products, times their similarity. 0: nothing"
  diversity_method:
    default: mmr
    accepts: mmr | calibrated | none
    comment: "mmr: unlike products. calibrated: the customer's own mix of categories"
  diversity_lambda: {default: 0.95, accepts: number >= 0 <= 1, comment: "Weight of the score against diversity. 1: no diversity"}
  exploration_slots:
    default: 1
    accepts: integer >= 0
    unit: products
    comment: Places at the end of a list that are drawn at random

explanations:
  evidence_per_source:
    default: 3
    accepts: integer >= 1
    unit: products
    comment: "Products of the customer's history that are named per recommendation and source, the strongest"

evaluation:
  evaluation_protocol:
    default: horizon
    accepts: horizon | leave_last_out
    comment: "Labels: what follows within the horizon, or each customer's last products, for data without useful time"
  evaluation_ks:
    default: [5, 10, 20, 50]
    accepts: list of integer >= 1
    unit: products
    comment: List lengths at which quality is measured
  evaluation_k:
    default: 10
    accepts: integer >= 1
    unit: products
    comment: "List length at which groups of customers are measured and compared, one of evaluation_ks"
  evaluation_bootstrap_replicates: {default: 200, accepts: integer >= 1, comment: Poisson bootstrap replicates behind every interval}
  evaluation_confidence_level:
    default: 0.95
    accepts: number > 0 < 1
    comment: "Two-sided level of published intervals: 0.8, 0.9, 0.95, 0.98, 0.99 or 0.999"
  evaluation_fewest_customers:
    default: 50
    accepts: integer >= 1
    unit: customers
    comment: "Customers a gate needs, else it says not_enough_data, and a group of customers needs to be measured"
  evaluation_gate_severity:
    default: error
    accepts: error | warn
    comment: "error: a failed gate fails the build. warn: the build prints it and succeeds"
  evaluation_ablation_labels:
    default: 8000
    accepts: integer >= 0
    unit: products
    comment: "Products to find, per mode, on whose tuning lists leaving a source or feature family out is measured. 0: none"

fairness:
  fairness_fewest_customers:
    default: 30
    accepts: integer >= 2
    unit: customers
    comment: Customers a group needs to be published and compared
  fairness_attribute:
    default: gender
    accepts: text
    comment: Attribute of customers whose groups balancing and debiasing treat
  fairness_balancing_strength:
    default: 0
    accepts: number >= 0 <= 1
    comment: "1: each group has the training weight of its customers. 0: off"
  fairness_propensity_strength:
    default: 0
    accepts: number >= 0 <= 1
    comment: "1: a product that half as many customers met counts twice in training. 0: off"
  fairness_debias_strength:
    default: 0
    accepts: number >= 0 <= 1
    comment: "Share of the directions between groups that is removed from the customers' vectors of als. 0: off"
  fairness_exposure_attribute: {default: brand, accepts: text, comment: Attribute of products whose groups get a least number of places}
  fairness_exposure_target:
    default: history
    accepts: history | catalogue
    comment: "Share of a group that its exposure is held to: of interactions, or of products"
  fairness_exposure_strength: {default: 0, accepts: number >= 0 <= 1, comment: "1: floors as high as chance allows. 0: off"}
  fairness_mitigation_lists:
    default: 200
    accepts: integer >= 0
    unit: customers
    comment: "Customers per tune cutoff on whose lists mitigation is tried. 0: none"

experiments:
  experiment_control_variant: {default: control, accepts: text, comment: Variant of impressions that all others are compared with}
  experiment_propensity_scope:
    default: list
    accepts: place | list
    comment: "What a logged propensity refers to: the product in its place, or the product anywhere in the list"
  experiment_fewest_customers: {default: 50, accepts: integer >= 10, unit: customers, comment: Customers an arm needs to be compared}
  experiment_relevant_change:
    default: 0.1
    accepts: number > 0
    unit: share of the control
    comment: Change worth finding; customers_needed is for it

catalogue:
  catalogue_smallest_cell:
    default: 1000
    accepts: integer >= 1
    unit: interactions
    comment: Interactions that a segment, situation or contextual list's cell needs for a list of its own

private_releases:
  private_release:
    default: false
    accepts: boolean
    comment: "true: this build adds a release to private_aggregates and spends private_epsilon"
  private_mechanism: {default: laplace, accepts: laplace | gaussian, comment: Noise of a release}
  private_epsilon: {default: 1.0, accepts: number > 0, comment: "Epsilon of one release, shared equally by its three statistics"}
  private_delta: {default: 0.000001, accepts: number > 0 < 1, comment: Delta of one release under gaussian noise}
  private_total_epsilon: {default: 4.0, accepts: number > 0, comment: Epsilon of all releases together; a build beyond it fails}
  private_highest_amount:
    default: 500
    accepts: number > 0
    unit: base_currency
    comment: Largest amount of a customer that counts in a release

publishing:
  releases_kept: {default: 5, accepts: integer >= 1, unit: releases, comment: "Releases that stay in the published folder, the newest included"}
  oldest_audit_days:
    default: 14
    accepts: integer >= 0
    unit: days
    comment: Largest age, by as_of, of tables of an earlier run that are published beside newer lists

    {%- endset -%}
    {{ return(fromyaml(table)) }}
{% endmacro %}
