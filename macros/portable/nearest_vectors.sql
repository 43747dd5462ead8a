{#- k-nearest-neighbour search: the k vectors of `targets` nearest to each vector of `queries`, both relations of (vector_id,
    embedding), as a query of (query_id, target_id, similarity, similarity_rank). Ties go to the lower id. A vector that is NULL,
    or of length zero with the metric cosine, has no neighbours. The search is exact: it compares all pairs but keeps only k per
    query in memory, so neither side has to be split into blocks. A row_number over the pairs, which keeps all of them, took
    twelve times as long. With index hnsw the search is approximate and uses the index that index_vectors creates on
    `targets`. -#}
{% macro nearest_vectors(queries, targets, k, metric, without_itself, index='exact') %}
    {%- if metric not in ['cosine', 'inner_product'] -%}
        {{ exceptions.raise_compiler_error("nearest_vectors: metric is '" ~ metric ~ "'. Accepted: cosine, inner_product.") }}
    {%- endif -%}
    {%- if k is not integer or k < 1 -%}
        {{ exceptions.raise_compiler_error("nearest_vectors: k is " ~ k ~ ". Accepted: an integer of 1 or more.") }}
    {%- endif -%}
    {%- if without_itself is not boolean -%}
        {{ exceptions.raise_compiler_error("nearest_vectors: without_itself is " ~ without_itself ~ ". Accepted: true, false.") }}
    {%- endif -%}
    {%- if index not in ['exact', 'hnsw'] -%}
        {{ exceptions.raise_compiler_error("nearest_vectors: index is '" ~ index ~ "'. Accepted: exact, hnsw.") }}
    {%- endif -%}
    {%- if index == 'hnsw' -%}{%- do check_vector_index() -%}{%- endif -%}
    {{ return(adapter.dispatch('nearest_vectors')(queries, targets, k, metric, without_itself, index)) }}
{% endmacro %}

{% macro duckdb__nearest_vectors(queries, targets, k, metric, without_itself, index) -%}
    {%- set similarity = {'cosine': 'array_cosine_similarity', 'inner_product': 'array_inner_product'}[metric] -%}
    {%- set distance = {'cosine': 'array_cosine_distance', 'inner_product': 'array_negative_inner_product'}[metric] -%}
    {%- if index == 'exact' -%}
    select
        ranked.query_id,
        placed.vector_id as target_id,
        cast(ranked.pair.similarity as double) as similarity,
        ranked.similarity_rank
    from (
        select
            query_id,
            unnest(pairs) as pair,
            generate_subscripts(pairs, 1) as similarity_rank
        from (
            select
                query_id,
                max(struct_pack(similarity := similarity, place := place), {{ k }}) as pairs
            from (
                select
                    queries.vector_id as query_id,
                    placed.place,
                    {{ similarity }}(queries.embedding, placed.embedding) as similarity
                from {{ queries }} as queries
                cross join (
                    select
                        vector_id,
                        embedding,
                        row_number() over (order by vector_id desc nulls last) as place
                    from {{ targets }}
                ) as placed
                {%- if without_itself %}
                where queries.vector_id <> placed.vector_id
                {%- endif %}
            ) as compared
            where not isnan(similarity)
            group by query_id
        ) as nearest
    ) as ranked
    inner join (
        select
            vector_id,
            row_number() over (order by vector_id desc nulls last) as place
        from {{ targets }}
    ) as placed on ranked.pair.place = placed.place
    {%- else -%}
    select
        query_id,
        target_id,
        similarity,
        similarity_rank
    from (
        select
            queries.vector_id as query_id,
            near.vector_id as target_id,
            cast({{ similarity }}(queries.embedding, near.embedding) as double) as similarity,
            row_number() over (
                partition by queries.vector_id
                order by {{ similarity }}(queries.embedding, near.embedding) desc nulls last, near.vector_id asc nulls last
            ) as similarity_rank
        from {{ queries }} as queries
        cross join lateral (
            select
                targets.vector_id,
                targets.embedding
            from {{ targets }} as targets
            order by {{ distance }}(targets.embedding, queries.embedding)
            limit {{ k + 1 if without_itself else k }}
        ) as near
        {%- if without_itself %}
        where queries.vector_id <> near.vector_id
        {%- endif %}
    ) as ranked
    where similarity_rank <= {{ k }}
    {%- endif -%}
{%- endmacro %}

{% macro spark__nearest_vectors(queries, targets, k, metric, without_itself, index) -%}
    {%- set product = 'aggregate(zip_with({}, {}, (x, y) -> cast(x as double) * y), 0D, (total, x) -> total + x)' -%}
    {%- set inner_product = product.format('queries.embedding', 'targets.embedding') -%}
    {%- set lengths = 'sqrt(' ~ product.format('queries.embedding', 'queries.embedding') ~ ' * '
        ~ product.format('targets.embedding', 'targets.embedding') ~ ')' -%}
    select
        query_id,
        target_id,
        similarity,
        similarity_rank
    from (
        select
            query_id,
            target_id,
            similarity,
            row_number() over (
                partition by query_id order by similarity desc nulls last, target_id asc nulls last
            ) as similarity_rank
        from (
            select
                queries.vector_id as query_id,
                targets.vector_id as target_id,
                {{ inner_product if metric == 'inner_product' else inner_product ~ ' / nullif(' ~ lengths ~ ', 0)' }} as similarity
            from {{ queries }} as queries
            cross join {{ targets }} as targets
            {%- if without_itself %}
            where queries.vector_id <> targets.vector_id
            {%- endif %}
        ) as compared
        where similarity is not null
    ) as ranked
    where similarity_rank <= {{ k }}
{%- endmacro %}
