-- A search for a number of vectors that is null never had enough of them.

CREATE OR REPLACE FUNCTION nearest_vectors(
    query real[], k int, model text DEFAULT NULL, max_distance real DEFAULT NULL, exact bool DEFAULT false,
    dimensions int DEFAULT NULL, exclude uuid[] DEFAULT '{}')
RETURNS TABLE (image_id uuid, distance real)
LANGUAGE plpgsql STABLE
SET jit = off SET hnsw.ef_search = 200 SET hnsw.iterative_scan = relaxed_order AS $$
#variable_conflict use_column
DECLARE
    spare constant int := 16;
    used record := searched_model(model);
    part int := coalesce($6, used.dimensions);
    compared text := CASE WHEN part = used.dimensions THEN 'e.embedding'
                          ELSE format('subvector(e.embedding, 1, %s)::halfvec(%s)', part, part) END;
    by_index bool := NOT $5 AND has_vector_index(used.model_id, part < used.dimensions);
    take bigint := $2 + spare + cardinality($7);
    ids uuid[];
    distances real[];
    seen bigint;
    farthest double precision;
BEGIN
    IF $2 IS NULL OR $7 IS NULL THEN
        RAISE EXCEPTION 'k and exclude are never null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF part NOT BETWEEN 1 AND used.dimensions OR cardinality($1) IS DISTINCT FROM part THEN
        RAISE EXCEPTION 'vectors of the model % have % numbers, and % were given to compare % of them',
            used.model_id, used.dimensions, coalesce(cardinality($1), 0), part USING ERRCODE = 'data_exception';
    END IF;
    LOOP
        PERFORM set_config('hnsw.ef_search',
            least(1000, greatest(take, coalesce(nullif(current_setting('imagepipeline.ef_search', true), '')::int, 200)))::text, true);
        EXECUTE format(
            'WITH near AS MATERIALIZED ('
            ' SELECT e.image_id, %2$s <=> $1 AS distance FROM %1$I e ORDER BY (%2$s <=> $1)%3$s LIMIT $2),'
            'usable AS MATERIALIZED ('
            ' SELECT n.image_id, n.distance::real AS distance FROM near n JOIN image i ON i.image_id = n.image_id'
            ' WHERE i.rejected_reason IS NULL AND n.image_id <> ALL ($3) AND ($4 IS NULL OR n.distance::real <= $4)'
            '  AND EXISTS (SELECT FROM image_source s WHERE s.image_id = n.image_id)'
            ' ORDER BY n.distance, n.image_id LIMIT $5)'
            'SELECT (SELECT array_agg(u.image_id ORDER BY u.distance, u.image_id) FROM usable u),'
            ' (SELECT array_agg(u.distance ORDER BY u.distance, u.image_id) FROM usable u),'
            ' (SELECT count(*) FROM near), (SELECT max(n.distance) FROM near n)',
            -- No index fits a sum: that is what makes it exact.
            'embedding_' || used.model_id, compared, CASE WHEN by_index THEN '' ELSE ' + 0' END)
        INTO ids, distances, seen, farthest
        USING $1::halfvec, take, $7, $4, $2;
        EXIT WHEN coalesce(cardinality(ids), 0) >= $2 OR farthest > $4 OR (seen < take AND NOT by_index);
        IF seen < take THEN
            by_index := false;
        ELSE
            take := 4 * take;
        END IF;
    END LOOP;
    RETURN QUERY SELECT r.image_id, r.distance FROM unnest(ids, distances) AS r(image_id, distance);
END
$$;

DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION nearest_vectors SET search_path = %I, %I, pg_temp', current_schema(),
        (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'));
END
$$;
