-- Tags that people give to images, and later models; search by them.

CREATE TABLE image_tag (
    image_id    uuid NOT NULL REFERENCES image ON DELETE CASCADE,
    tag         text NOT NULL,
    source      text NOT NULL DEFAULT 'person',
    probability real,
    tagged_by   text,
    batch_id    uuid,
    tagged_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (image_id, tag, source),
    CONSTRAINT image_tag_length CHECK (char_length(tag) BETWEEN 1 AND 64),
    -- No control characters, none that break a line or turn the reading order, no space at either end; and not the two names that no
    -- address can hold as a part of its path.
    CONSTRAINT image_tag_characters CHECK (
        tag !~ '[\u0001-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]' AND tag = btrim(tag) AND tag NOT IN ('.', '..')),
    CONSTRAINT image_tag_probability CHECK (
        CASE WHEN source = 'person' THEN probability IS NULL ELSE coalesce(probability BETWEEN 0 AND 1, false) END)
);
-- For: the images of a tag (searches by it), and how many each has.
CREATE INDEX image_tag_by_tag ON image_tag (tag, image_id);
-- For: taking back what one order gave.
CREATE INDEX image_tag_by_batch ON image_tag (batch_id) WHERE batch_id IS NOT NULL;
COMMENT ON TABLE image_tag IS 'What people, or models, say is in an image: one row per image, tag and who says so. Later runs leave it as it is.';
COMMENT ON COLUMN image_tag.image_id IS 'The image: its content, in however many files.';
COMMENT ON COLUMN image_tag.tag IS 'The word, 1 to 64 characters, as it was written: capital letters count.';
COMMENT ON COLUMN image_tag.source IS 'person, or the model that found it.';
COMMENT ON COLUMN image_tag.probability IS 'How likely it is right, 0 to 1, by the model; null for what a person said.';
COMMENT ON COLUMN image_tag.tagged_by IS 'The person.';
COMMENT ON COLUMN image_tag.batch_id IS 'The order that gave it to those not kept of groups of copies (duplicate_decision); null for all others.';
COMMENT ON COLUMN image_tag.tagged_at IS 'When it was first said.';

CREATE OR REPLACE VIEW image_file AS
SELECT s.uri,
       s.image_id,
       CASE WHEN i.rejected_reason IS NULL THEN s.state ELSE 'rejected' END AS state,
       coalesce(i.rejected_reason, s.reason) AS reason,
       coalesce(i.rejected_detail, s.detail) AS detail,
       s.warning,
       i.format,
       i.width_px,
       i.height_px,
       s.bytes,
       i.taken_at,
       s.modified_at,
       s.job_id,
       s.seen_at,
       -- Looked up for the rows of which it is asked, and not at all where it is not.
       ARRAY(SELECT DISTINCT t.tag FROM image_tag t WHERE t.image_id = s.image_id ORDER BY t.tag) AS tags
FROM image_source s
LEFT JOIN image i ON i.image_id = s.image_id;
COMMENT ON COLUMN image_file.tags IS 'Tags of its image, empty where it has none: where ''beach'' = any(tags).';

-- One more argument makes it another function, and two of one name could not be told apart. Views of users that are made of the old one go
-- on with it, by another name.
DO $$
DECLARE
    old constant regprocedure := 'search_images(uuid, int, text[], int, int, int, int, bigint, bigint, timestamp, timestamp, text, text, '
        'text, text[], real[], text, real, bool)';
BEGIN
    EXECUTE format('DROP FUNCTION %s', old);
EXCEPTION WHEN dependent_objects_still_exist THEN
    EXECUTE format('ALTER FUNCTION %s RENAME TO search_images_without_tags', old);
END
$$;

CREATE FUNCTION search_images(
    near uuid DEFAULT NULL, k int DEFAULT 50, formats text[] DEFAULT NULL,
    min_width int DEFAULT NULL, max_width int DEFAULT NULL, min_height int DEFAULT NULL, max_height int DEFAULT NULL,
    min_bytes bigint DEFAULT NULL, max_bytes bigint DEFAULT NULL,
    taken_from timestamp DEFAULT NULL, taken_to timestamp DEFAULT NULL,
    folder text DEFAULT NULL, name text DEFAULT NULL, colour text DEFAULT NULL, hide text[] DEFAULT '{}',
    query real[] DEFAULT NULL, model text DEFAULT NULL, max_distance real DEFAULT NULL, exact bool DEFAULT false,
    tag text DEFAULT NULL)
RETURNS TABLE (
    image_id uuid, distance real, uri text, format text, width_px int, height_px int, bytes bigint, taken_at timestamp)
LANGUAGE plpgsql STABLE
SET jit = off SET random_page_cost = 1.1 SET hnsw.ef_search = 200 SET hnsw.iterative_scan = relaxed_order
SET hnsw.max_scan_tuples = 20000 AS $$
#variable_conflict use_column
DECLARE
    passes constant text :=
        'i.rejected_reason IS NULL AND ($3 IS NULL OR i.format = ANY ($3))'
        ' AND ($4 IS NULL OR i.width_px >= $4) AND ($5 IS NULL OR i.width_px <= $5)'
        ' AND ($6 IS NULL OR i.height_px >= $6) AND ($7 IS NULL OR i.height_px <= $7)'
        ' AND ($8 IS NULL OR i.bytes >= $8) AND ($9 IS NULL OR i.bytes <= $9)'
        ' AND ($10 IS NULL OR i.taken_at >= $10) AND ($11 IS NULL OR i.taken_at < $11)'
        ' AND ($1 IS NULL OR i.image_id <> $1)'
        ' AND EXISTS (SELECT FROM image_source s WHERE s.image_id = i.image_id AND ($12 IS NULL OR s.uri COLLATE "C" ^@ $12)'
        '  AND ($13 IS NULL OR s.uri ILIKE $13))'
        ' AND ($14 IS NULL OR EXISTS (SELECT FROM image_palette p, unnest(p.shares) WITH ORDINALITY AS t(share, n)'
        '  WHERE p.image_id = i.image_id AND t.share >= 0.1 AND (p.oklab[3 * t.n - 2] - $14[1])^2'
        '   + (p.oklab[3 * t.n - 1] - $14[2])^2 + (p.oklab[3 * t.n] - $14[3])^2 <= 0.01))'
        ' AND ($18 IS NULL OR EXISTS (SELECT FROM image_tag t WHERE t.image_id = i.image_id AND t.tag = $18))'
        ' AND ($15 = ''{}'' OR NOT EXISTS (SELECT FROM duplicate_member d WHERE d.image_id = i.image_id AND d.kind = ANY ($15)))';
    lab constant real[] := oklab($14);
    pattern constant text := '%' || replace(replace(replace($13, '\', '\\'), '%', '\%'), '_', '\_') || '%';
    is_filtered constant bool := $15 <> '{}' OR num_nonnulls($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $20) > 0;
    used record;
    wanted real[];
    sampled bigint;
    by_index bool := false;
    ids uuid[];
    distances real[];
    seen bigint;
BEGIN
    IF NOT $15 <@ ARRAY['same_pixels', 'edited_copy', 'similar'] THEN
        RAISE EXCEPTION 'hide takes same_pixels, edited_copy and similar, not %', $15 USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF $1 IS NULL AND $16 IS NULL THEN
        -- Those without a date come after all others. Asked for apart, they leave the others an order that the index on dates has.
        EXECUTE format(
            'SELECT array_agg(r.image_id), array_agg(NULL::real) FROM ('
            ' (SELECT i.image_id FROM image i WHERE i.taken_at IS NOT NULL AND %1$s ORDER BY i.taken_at DESC, i.image_id LIMIT $2)'
            ' UNION ALL (SELECT i.image_id FROM image i WHERE i.taken_at IS NULL AND %1$s ORDER BY i.image_id LIMIT $2) LIMIT $2) r', passes)
        INTO ids, distances
        USING $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, pattern, lab, $15, NULL::halfvec, NULL::real, $20;
    ELSE
        used := searched_model($17);
        wanted := coalesce($16, vector_of($1, $17));
        IF cardinality(wanted) <> used.dimensions THEN
            RAISE EXCEPTION 'vectors of the model % have % numbers, and % were given',
                used.model_id, used.dimensions, cardinality(wanted) USING ERRCODE = 'data_exception';
        END IF;
    END IF;
    IF wanted IS NOT NULL AND NOT is_filtered THEN
        SELECT array_agg(n.image_id), array_agg(n.distance) INTO ids, distances
        FROM nearest_vectors(wanted, $2, $17, $18, $19, NULL, array_remove(ARRAY[$1], NULL)) n;
    ELSIF wanted IS NOT NULL THEN
        IF NOT $19 AND has_vector_index(used.model_id, false) THEN
            -- Where the share p of N images passes, an index visits k / p vectors, each at some two and a half times the cost of comparing
            -- one of the p N by key: equal where p is the root of 2.5 k / N. Ids are digests, so that the first are a fair sample.
            EXECUTE format(
                'SELECT count(*) FROM ('
                ' SELECT o.image_id, o.rejected_reason, o.format, o.width_px, o.height_px, o.bytes, o.taken_at'
                ' FROM image o ORDER BY o.image_id LIMIT 1000) i WHERE %s', passes) INTO sampled
            USING $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, pattern, lab, $15, NULL::halfvec, NULL::real, $20;
            SELECT sampled >= greatest(3, 1000 * sqrt(2.5 * $2 / greatest(c.reltuples, 1))) INTO by_index
            FROM pg_class c WHERE c.oid = to_regclass(format('%I', 'embedding_' || used.model_id));
        END IF;
        IF by_index THEN
            PERFORM set_config('hnsw.ef_search', least(1000, greatest($2, 200))::text, true);
            -- As a value and not a condition, the subquery stays a look-up for each vector that the index yields.
            EXECUTE format(
                'WITH near AS MATERIALIZED ('
                ' SELECT n.image_id, n.distance::real AS distance'
                ' FROM (SELECT e.image_id, e.embedding <=> $16 AS distance FROM %I e ORDER BY e.embedding <=> $16 OFFSET 0) n'
                ' WHERE (SELECT true FROM image i WHERE i.image_id = n.image_id AND %s) LIMIT $2)'
                'SELECT array_agg(n.image_id ORDER BY n.distance, n.image_id) FILTER (WHERE $17 IS NULL OR n.distance <= $17),'
                ' array_agg(n.distance ORDER BY n.distance, n.image_id) FILTER (WHERE $17 IS NULL OR n.distance <= $17), count(*)'
                ' FROM near n', 'embedding_' || used.model_id, passes)
            INTO ids, distances, seen
            USING $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, pattern, lab, $15, wanted::halfvec, $18, $20;
        END IF;
        IF seen IS NULL OR seen < $2 THEN
            EXECUTE format(
                'SELECT array_agg(r.image_id ORDER BY r.distance, r.image_id), array_agg(r.distance ORDER BY r.distance, r.image_id) FROM ('
                ' SELECT e.image_id, (e.embedding <=> $16)::real AS distance FROM image i JOIN %I e ON e.image_id = i.image_id'
                ' WHERE %s AND ($17 IS NULL OR (e.embedding <=> $16)::real <= $17)'
                ' ORDER BY (e.embedding <=> $16) + 0, e.image_id LIMIT $2) r', 'embedding_' || used.model_id, passes)
            INTO ids, distances
            USING $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, pattern, lab, $15, wanted::halfvec, $18, $20;
        END IF;
    END IF;
    RETURN QUERY
        SELECT h.image_id, h.distance, f.uri, i.format, i.width_px, i.height_px, i.bytes, i.taken_at
        FROM unnest(ids, distances) WITH ORDINALITY AS h(image_id, distance, nth)
        JOIN image i ON i.image_id = h.image_id
        CROSS JOIN LATERAL (SELECT min(s.uri) AS uri FROM image_source s WHERE s.image_id = h.image_id) f
        ORDER BY h.nth;
END
$$;
COMMENT ON FUNCTION search_images IS 'Images that pass filters, nearest to an image or vector first where one is given, else the newest picture first. As many as k come back where so many pass: by the model''s HNSW index where there is one and many pass, else or if exact by comparing all that pass. taken_to is exclusive; folder is how the uri begins; name is a part of the uri; colour has a tenth of the pixels within 0.1 (OKLab); hide leaves out members of groups of copies or look-alikes of these kinds, their representatives not; tag is one that somebody gave.';

DO $$
BEGIN
    EXECUTE format(
        'ALTER FUNCTION search_images SET search_path = %I, %I, pg_temp', current_schema(),
        (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'));
END
$$;
