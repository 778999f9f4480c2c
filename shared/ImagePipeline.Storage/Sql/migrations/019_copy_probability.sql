-- How likely two pictures are copies by their vectors: the calibration in a model's manifest, for whoever asks in SQL.

CREATE FUNCTION copy_probability(model text, distance real) RETURNS real
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH knots AS (
        SELECT ARRAY(SELECT k.value::float8
                     FROM jsonb_array_elements_text(m.manifest #> '{calibration,distances}') WITH ORDINALITY AS k(value, place)
                     ORDER BY k.place) AS distances,
               ARRAY(SELECT k.value::float8
                     FROM jsonb_array_elements_text(m.manifest #> '{calibration,probabilities}') WITH ORDINALITY AS k(value, place)
                     ORDER BY k.place) AS probabilities
        FROM model m
        WHERE m.model_id = $1 AND m.manifest #> '{calibration,distances}' IS NOT NULL
    ),
    placed AS (SELECT k.distances AS d, k.probabilities AS p, width_bucket($2::float8, k.distances) AS i FROM knots k)
    SELECT CASE
        WHEN $2 = 'NaN' THEN 0
        WHEN i = 0 THEN p[1]
        WHEN i = cardinality(d) THEN p[i]
        ELSE p[i] + ($2::float8 - d[i]) / (d[i + 1] - d[i]) * (p[i + 1] - p[i])
    END::real
    FROM placed
$$;
COMMENT ON FUNCTION copy_probability IS 'The probability that a pair at a cosine distance is a copy, by the calibration in the model''s manifest; null where it has none. For pairs of kind edited_copy and evidence embedding: of a model with copy_dimensions the distance is that of this part.';

CREATE OR REPLACE VIEW duplicate_file AS
WITH file AS (
    SELECT s.image_id,
           s.uri,
           s.modified_at,
           row_number() OVER (PARTITION BY s.image_id ORDER BY s.uri) AS nth,
           count(*) OVER (PARTITION BY s.image_id) AS copies
    FROM image_source s
    WHERE s.state = 'ingested'
)
SELECT coalesce(m.group_id, f.image_id) AS group_id,
       f.nth = 1 AND m.kind IS NULL AS is_representative,
       f.uri,
       f.image_id,
       CASE WHEN f.nth > 1 THEN 'same_bytes' ELSE m.kind END AS kind,
       CASE WHEN f.nth > 1 THEN 'bytes' ELSE m.evidence END AS evidence,
       CASE WHEN f.nth = 1 THEN m.transform END AS transform,
       CASE WHEN f.nth > 1 THEN 0 ELSE coalesce(m.distance, 0) END AS distance,
       i.format,
       i.width_px,
       i.height_px,
       i.bytes,
       i.taken_at,
       f.modified_at,
       -- A look-up for each row: without statistics a join would read all the pairs.
       CASE WHEN f.nth = 1 AND m.kind = 'edited_copy' AND m.evidence = 'embedding' THEN (
           SELECT copy_probability(n.model_id, n.distance) FROM near_duplicate n
           WHERE n.a = least(m.image_id, m.group_id) AND n.b = greatest(m.image_id, m.group_id))
       END AS probability
FROM file f
JOIN image i ON i.image_id = f.image_id AND i.rejected_reason IS NULL
LEFT JOIN duplicate_member m ON m.image_id = f.image_id AND m.family = 'copy'
WHERE m.image_id IS NOT NULL OR f.copies > 1;
COMMENT ON COLUMN duplicate_file.probability IS 'Probability that it is a copy of the representative, where vectors show it and their model is calibrated; else null.';

-- Whoever calls it must not choose what its names mean.
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION copy_probability SET search_path = %I, pg_temp', current_schema());
END
$$;
