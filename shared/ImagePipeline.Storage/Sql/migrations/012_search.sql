-- Search in SQL: functions over vectors, hashes, palettes and facts, and compact codes of vectors.
-- Vectors of a model are in embedding_<model_id>: the functions look that id up in `model`, whose constraint makes it an identifier, and
-- name the table by format(%I). What callers give is a parameter of the statement and never a part of its text.

-- Loads pgvector, so that its settings are known when functions below name them.
SELECT '[1]'::vector <=> '[1]'::vector;

CREATE TABLE vector_code (
    model_id   text PRIMARY KEY REFERENCES model ON DELETE CASCADE,
    bits       int NOT NULL,
    trained_on int NOT NULL,
    seed       bigint NOT NULL,
    trained_at timestamptz NOT NULL DEFAULT now(),
    covers     xid8 NOT NULL,
    CONSTRAINT vector_code_bits_range CHECK (bits BETWEEN 8 AND 1024)
);
COMMENT ON TABLE vector_code IS 'Models whose vectors have compact codes, made by: imagepipeline codes train. The codes are in code_<model_id>.';
COMMENT ON COLUMN vector_code.model_id IS 'The model.';
COMMENT ON COLUMN vector_code.bits IS 'Bits of a code.';
COMMENT ON COLUMN vector_code.trained_on IS 'Vectors that the planes were learned from.';
COMMENT ON COLUMN vector_code.seed IS 'Seed of the training; with the same vectors it gives the same planes.';
COMMENT ON COLUMN vector_code.trained_at IS 'When.';
COMMENT ON COLUMN vector_code.covers IS 'Every vector whose written_xid is smaller has its code; the others are compared by their vectors.';

CREATE TABLE vector_code_plane (
    model_id  text NOT NULL REFERENCES vector_code ON DELETE CASCADE,
    bit_no    int NOT NULL,
    plane     vector NOT NULL,
    threshold real NOT NULL,
    PRIMARY KEY (model_id, bit_no)
);
COMMENT ON TABLE vector_code_plane IS 'The planes that make a code: bit bit_no is set where the vector, scaled to length 1, has an inner product with the plane above the threshold.';
COMMENT ON COLUMN vector_code_plane.model_id IS 'The model.';
COMMENT ON COLUMN vector_code_plane.bit_no IS 'Number of the bit, from 0, the first.';
COMMENT ON COLUMN vector_code_plane.plane IS 'Normal of the plane, of unit length.';
COMMENT ON COLUMN vector_code_plane.threshold IS 'Inner product of the plane and the mean of the vectors.';

ALTER TABLE image_palette ADD COLUMN oklab real[];
COMMENT ON COLUMN image_palette.oklab IS 'The colours in OKLab, where equal distances look about equally different: L, a, b of the first colour, then of the second, and so on.';

CREATE FUNCTION oklab(colour text) RETURNS real[]
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    channel double precision[] := '{}';
    x double precision;
    l double precision;
    m double precision;
    s double precision;
BEGIN
    IF colour !~ '^#?[0-9a-fA-F]{6}$' THEN
        RAISE EXCEPTION '''%'' is no colour; write one as #rrggbb', colour USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR at IN 0..2 LOOP
        x := ('x' || substr(right(colour, 6), 2 * at + 1, 2))::bit(8)::int / 255.0;
        channel := channel || CASE WHEN x <= 0.04045 THEN x / 12.92 ELSE power((x + 0.055) / 1.055, 2.4) END;
    END LOOP;
    l := cbrt(0.4122214708 * channel[1] + 0.5363325363 * channel[2] + 0.0514459929 * channel[3]);
    m := cbrt(0.2119034982 * channel[1] + 0.6806995451 * channel[2] + 0.1073969566 * channel[3]);
    s := cbrt(0.0883024619 * channel[1] + 0.2817188376 * channel[2] + 0.6299787005 * channel[3]);
    RETURN ARRAY[
        0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s]::real[];
END
$$;
COMMENT ON FUNCTION oklab IS 'L, a, b of an sRGB colour #rrggbb in OKLab (Ottosson 2020); a distance of 0.02 is hardly seen, 0.1 is another shade.';

UPDATE image_palette p SET oklab = (
    SELECT array_agg(lab.number ORDER BY c.nth, lab.nth)
    FROM unnest(p.colours) WITH ORDINALITY AS c(colour, nth)
    CROSS JOIN LATERAL unnest(oklab(c.colour)) WITH ORDINALITY AS lab(number, nth));

CREATE FUNCTION searched_model(wanted text) RETURNS model
LANGUAGE plpgsql STABLE AS $$
DECLARE
    found_one model;
BEGIN
    SELECT m.* INTO found_one FROM model m WHERE CASE WHEN wanted IS NULL THEN m.active ELSE m.model_id = wanted END;
    IF found_one.model_id IS NULL THEN
        RAISE EXCEPTION '%', CASE WHEN wanted IS NULL THEN 'no model is registered here, so there are no vectors'
                                  ELSE format('there is no model %L here', wanted) END
            USING ERRCODE = 'undefined_object',
                  HINT = coalesce((SELECT 'Known: ' || string_agg(m.model_id, ', ' ORDER BY m.model_id) FROM model m),
                                  'imagepipeline run FOLDER makes vectors.');
    END IF;
    RETURN found_one;
END
$$;
COMMENT ON FUNCTION searched_model IS 'The row of a model, or of the active one for null; an error that names the known ones where there is none.';

CREATE FUNCTION has_vector_index(wanted text, of_copies bool) RETURNS bool
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM pg_index x
        JOIN pg_class c ON c.oid = x.indexrelid
        JOIN pg_am a ON a.oid = c.relam
        WHERE x.indrelid = to_regclass(format('%I', 'embedding_' || wanted)) AND a.amname = 'hnsw' AND x.indisvalid
            AND (x.indkey[0] = 0) = of_copies);
END
$$;
COMMENT ON FUNCTION has_vector_index IS 'Whether the vectors of a model have a usable HNSW index: over whole vectors, or over the part that tells copies.';

-- The one search that all others by vector are made of. The nearest are taken first and looked at afterwards: whether an image may be
-- shown is asked for the few that are near. Where that leaves too few, more are taken, until there are k or no more vectors. An index
-- that gives up early is followed by an exact scan, so that rows never vanish.
CREATE FUNCTION nearest_vectors(
    query real[], k int, model text DEFAULT NULL, max_distance real DEFAULT NULL, exact bool DEFAULT false,
    dimensions int DEFAULT NULL, exclude uuid[] DEFAULT '{}')
RETURNS TABLE (image_id uuid, distance real)
LANGUAGE plpgsql STABLE
SET jit = off SET hnsw.ef_search = 100 SET hnsw.iterative_scan = relaxed_order AS $$
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
    IF part NOT BETWEEN 1 AND used.dimensions OR cardinality($1) IS DISTINCT FROM part THEN
        RAISE EXCEPTION 'vectors of the model % have % numbers, and % were given to compare % of them',
            used.model_id, used.dimensions, coalesce(cardinality($1), 0), part USING ERRCODE = 'data_exception';
    END IF;
    LOOP
        PERFORM set_config('hnsw.ef_search',
            least(1000, greatest(take, coalesce(nullif(current_setting('imagepipeline.ef_search', true), '')::int, 100)))::text, true);
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
COMMENT ON FUNCTION nearest_vectors IS 'The search behind similar_to and similar_images; also compares the first `dimensions` numbers alone and leaves images out.';

CREATE FUNCTION similar_to(
    query real[], k int DEFAULT 10, model text DEFAULT NULL, max_distance real DEFAULT NULL, exact bool DEFAULT false)
RETURNS TABLE (image_id uuid, distance real)
LANGUAGE sql STABLE AS $$
    SELECT n.image_id, n.distance FROM nearest_vectors($1, $2, $3, $4, $5) n
$$;
COMMENT ON FUNCTION similar_to IS 'The k images nearest to a vector, nearest first, by cosine distance (0 to 2). By the model''s HNSW index where there is one, else or if exact by comparing all.';

CREATE FUNCTION vector_of(image uuid, model text DEFAULT NULL) RETURNS real[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    found_one real[];
BEGIN
    EXECUTE format('SELECT e.embedding::real[] FROM %I e WHERE e.image_id = $1', 'embedding_' || (searched_model($2)).model_id)
    INTO found_one USING $1;
    RETURN found_one;
END
$$;
COMMENT ON FUNCTION vector_of IS 'The vector of an image by a model (the active one by default); null where it has none.';

CREATE FUNCTION similar_images(
    image uuid, k int DEFAULT 10, model text DEFAULT NULL, max_distance real DEFAULT NULL, exact bool DEFAULT false)
RETURNS TABLE (image_id uuid, distance real)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    query real[] := vector_of($1, $3);
BEGIN
    IF query IS NOT NULL THEN
        RETURN QUERY SELECT n.image_id, n.distance FROM nearest_vectors(query, $2, $3, $4, $5, NULL, ARRAY[$1]) n;
    END IF;
END
$$;
COMMENT ON FUNCTION similar_images IS 'The k images that look most like one, itself left out; as similar_to. No rows where it has no vector.';

CREATE FUNCTION near_duplicates_of(image uuid)
RETURNS TABLE (image_id uuid, kind text, evidence text, transform text, distance real, model_id text)
LANGUAGE sql STABLE AS $$
    WITH pair AS (
        SELECT n.b AS other, n.kind, n.evidence, n.transform, n.distance, n.model_id FROM near_duplicate n WHERE n.a = $1
        UNION ALL
        SELECT n.a, n.kind, n.evidence,
            -- What turns the other into this one, turned round; every other transform is its own inverse.
            CASE n.transform WHEN 'rotate_90' THEN 'rotate_270' WHEN 'rotate_270' THEN 'rotate_90' ELSE n.transform END,
            n.distance, n.model_id
        FROM near_duplicate n WHERE n.b = $1
    ),
    verdict AS (
        SELECT v.b AS other, v.verdict FROM duplicate_verdict v WHERE v.a = $1
        UNION ALL
        SELECT v.a, v.verdict FROM duplicate_verdict v WHERE v.b = $1
    ),
    decided AS (
        SELECT p.other, p.kind, p.evidence, p.transform, p.distance, p.model_id
        FROM pair p LEFT JOIN verdict v ON v.other = p.other
        WHERE v.verdict IS NULL OR (v.verdict = 'copy') = (p.kind <> 'similar')
        UNION ALL
        SELECT v.other, 'edited_copy', 'verdict', NULL, 0, NULL
        FROM verdict v
        WHERE v.verdict = 'copy' AND NOT EXISTS (SELECT FROM pair p WHERE p.other = v.other AND p.kind <> 'similar')
    )
    SELECT d.other, d.kind, d.evidence, d.transform, d.distance, d.model_id
    FROM decided d JOIN image i ON i.image_id = d.other AND i.rejected_reason IS NULL
    ORDER BY array_position(ARRAY['same_pixels', 'edited_copy', 'similar'], d.kind), d.distance, d.other
$$;
COMMENT ON FUNCTION near_duplicates_of IS 'Copies and look-alikes of an image as found when it came in, with what people decided: strongest kind first. Transform is what turns the given image into the other.';

CREATE FUNCTION pdq_bands(pdq bit) RETURNS int[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT ARRAY[
        0 + substring(pdq, 1, 16)::bit(16)::int,
        65536 + substring(pdq, 17, 16)::bit(16)::int,
        131072 + substring(pdq, 33, 16)::bit(16)::int,
        196608 + substring(pdq, 49, 16)::bit(16)::int,
        262144 + substring(pdq, 65, 16)::bit(16)::int,
        327680 + substring(pdq, 81, 16)::bit(16)::int,
        393216 + substring(pdq, 97, 16)::bit(16)::int,
        458752 + substring(pdq, 113, 16)::bit(16)::int,
        524288 + substring(pdq, 129, 16)::bit(16)::int,
        589824 + substring(pdq, 145, 16)::bit(16)::int,
        655360 + substring(pdq, 161, 16)::bit(16)::int,
        720896 + substring(pdq, 177, 16)::bit(16)::int,
        786432 + substring(pdq, 193, 16)::bit(16)::int,
        851968 + substring(pdq, 209, 16)::bit(16)::int,
        917504 + substring(pdq, 225, 16)::bit(16)::int,
        983040 + substring(pdq, 241, 16)::bit(16)::int]
$$;
COMMENT ON FUNCTION pdq_bands IS 'The 16 bands of 16 bits of a PDQ hash, each with its number in the upper bits: what the index image_hash_by_band holds.';

-- Pigeonhole, as Norouzi, Punjani and Fleet refine it (CVPR 2012, section 3): let the radius be 16 q + a with a < 16. Two hashes within
-- it that differ by more than q bits in each of the bands 0 to a, and by more than q - 1 in each other, would differ by at least
-- (a + 1)(q + 1) + (15 - a) q = 16 q + a + 1 bits. So up to 31 every hash within the radius has a band probed here.
CREATE FUNCTION pdq_probes(pdq bit, radius int) RETURNS int[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(band.key # flip.mask)
    FROM unnest(pdq_bands($1)) WITH ORDINALITY AS band(key, nth)
    CROSS JOIN LATERAL (
        SELECT 0 AS mask
        UNION ALL
        SELECT 1 << bit FROM generate_series(0, 15) AS bit WHERE $2 / 16 - (band.nth - 1 > $2 % 16)::int >= 1) flip
    WHERE $2 / 16 - (band.nth - 1 > $2 % 16)::int >= 0
$$;
COMMENT ON FUNCTION pdq_probes IS 'The keys of which every hash within a radius of 0 to 31 bits has at least one among its bands: 272 at most.';

CREATE FUNCTION copies_of_hash(pdq bit, radius int DEFAULT 31, algorithm text DEFAULT NULL)
RETURNS TABLE (image_id uuid, distance int)
LANGUAGE plpgsql STABLE
SET jit = off SET enable_seqscan = on SET parallel_setup_cost = 1000 AS $$
#variable_conflict use_column
DECLARE
    lowest_quality constant int := 50;
    used text := coalesce($3, (SELECT h.algorithm FROM image_hash h ORDER BY h.written_xid DESC LIMIT 1));
    probes int[];
BEGIN
    IF length($1) <> 256 OR $2 NOT BETWEEN 0 AND 256 THEN
        RAISE EXCEPTION 'a PDQ hash has 256 bits and a radius 0 to 256, not % and %', length($1), $2
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF $2 <= 31 AND EXISTS (
        SELECT FROM pg_index x WHERE x.indexrelid = to_regclass('image_hash_by_band') AND x.indisvalid) THEN
        probes := pdq_probes($1, $2);
        -- PostgreSQL expects most rows to share one of 272 bands, and would scan, or start helpers for what takes a millisecond.
        PERFORM set_config('enable_seqscan', 'off', true), set_config('parallel_setup_cost', '1e9', true);
    END IF;
    RETURN QUERY EXECUTE
        'WITH near AS MATERIALIZED ('
        ' SELECT h.image_id, bit_count(h.pdq # $1)::int AS distance FROM image_hash h'
        ' WHERE h.pdq_quality >= $3 AND h.algorithm = $4 AND bit_count(h.pdq # $1) <= $2'
        || CASE WHEN probes IS NULL THEN '' ELSE ' AND pdq_bands(h.pdq) && $5' END || ')'
        'SELECT n.image_id, n.distance FROM near n'
        ' WHERE (SELECT i.rejected_reason IS NULL AND EXISTS (SELECT FROM image_source s WHERE s.image_id = n.image_id)'
        '  FROM image i WHERE i.image_id = n.image_id)'
        ' ORDER BY n.distance, n.image_id'
        USING $1, $2, lowest_quality, used, probes;
END
$$;
COMMENT ON FUNCTION copies_of_hash(bit, int, text) IS 'All images whose PDQ hash is within a number of bits of one, nearest first. Always exact: by bands where imagepipeline index build made their index and the radius is at most 31, else by comparing all. Flat hashes (quality below 50) match nothing.';

CREATE FUNCTION copies_of_hash(pdq text, radius int DEFAULT 31, algorithm text DEFAULT NULL)
RETURNS TABLE (image_id uuid, distance int)
LANGUAGE sql STABLE AS $$
    SELECT c.image_id, c.distance FROM copies_of_hash(('x' || $1)::bit varying, $2, $3) c
$$;
COMMENT ON FUNCTION copies_of_hash(text, int, text) IS 'The same for a hash as 64 hexadecimal digits.';

CREATE FUNCTION images_by_colour(colour text, k int DEFAULT 10, tolerance real DEFAULT 0.1)
RETURNS TABLE (image_id uuid, share real)
LANGUAGE sql STABLE
SET jit = off AS $$
    WITH coloured AS MATERIALIZED (
        SELECT p.image_id, c.share
        FROM (SELECT oklab($1) AS lab OFFSET 0) w
        CROSS JOIN image_palette p
        CROSS JOIN LATERAL (
            SELECT sum(s.share)::real AS share
            FROM unnest(p.shares) WITH ORDINALITY AS s(share, n)
            WHERE (p.oklab[3 * s.n - 2] - w.lab[1])^2 + (p.oklab[3 * s.n - 1] - w.lab[2])^2
                + (p.oklab[3 * s.n] - w.lab[3])^2 <= $3 * $3) c
        WHERE c.share > 0
    )
    SELECT c.image_id, c.share
    FROM coloured c JOIN image i ON i.image_id = c.image_id AND i.rejected_reason IS NULL
    WHERE EXISTS (SELECT FROM image_source s WHERE s.image_id = c.image_id)
    ORDER BY c.share DESC, c.image_id
    LIMIT $2
$$;
COMMENT ON FUNCTION images_by_colour IS 'The k images with the largest share (0 to 1) of pixels whose main colour is within a tolerance of #rrggbb in OKLab: 0.02 the same colour, 0.1 another shade of it.';

CREATE FUNCTION search_images(
    near uuid DEFAULT NULL, k int DEFAULT 50, formats text[] DEFAULT NULL,
    min_width int DEFAULT NULL, max_width int DEFAULT NULL, min_height int DEFAULT NULL, max_height int DEFAULT NULL,
    min_bytes bigint DEFAULT NULL, max_bytes bigint DEFAULT NULL,
    taken_from timestamp DEFAULT NULL, taken_to timestamp DEFAULT NULL,
    folder text DEFAULT NULL, name text DEFAULT NULL, colour text DEFAULT NULL, hide text[] DEFAULT '{}',
    query real[] DEFAULT NULL, model text DEFAULT NULL, max_distance real DEFAULT NULL, exact bool DEFAULT false)
RETURNS TABLE (
    image_id uuid, distance real, uri text, format text, width_px int, height_px int, bytes bigint, taken_at timestamp)
LANGUAGE plpgsql STABLE
SET jit = off SET hnsw.ef_search = 100 SET hnsw.iterative_scan = relaxed_order SET hnsw.max_scan_tuples = 20000 AS $$
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
        ' AND ($15 = ''{}'' OR NOT EXISTS (SELECT FROM duplicate_member d WHERE d.image_id = i.image_id AND d.kind = ANY ($15)))';
    lab constant real[] := oklab($14);
    pattern constant text := '%' || replace(replace(replace($13, '\', '\\'), '%', '\%'), '_', '\_') || '%';
    is_filtered constant bool := $15 <> '{}' OR num_nonnulls($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) > 0;
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
        EXECUTE format(
            'SELECT array_agg(r.image_id), array_agg(NULL::real) FROM ('
            ' SELECT i.image_id FROM image i WHERE %s ORDER BY i.taken_at DESC NULLS LAST, i.image_id LIMIT $2) r', passes)
        INTO ids, distances
        USING $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, pattern, lab, $15;
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
            USING $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, pattern, lab, $15;
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
            USING $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, pattern, lab, $15, wanted::halfvec, $18;
        END IF;
        IF seen IS NULL OR seen < $2 THEN
            EXECUTE format(
                'SELECT array_agg(r.image_id ORDER BY r.distance, r.image_id), array_agg(r.distance ORDER BY r.distance, r.image_id) FROM ('
                ' SELECT e.image_id, (e.embedding <=> $16)::real AS distance FROM image i JOIN %I e ON e.image_id = i.image_id'
                ' WHERE %s AND ($17 IS NULL OR (e.embedding <=> $16)::real <= $17)'
                ' ORDER BY (e.embedding <=> $16) + 0, e.image_id LIMIT $2) r', 'embedding_' || used.model_id, passes)
            INTO ids, distances
            USING $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, pattern, lab, $15, wanted::halfvec, $18;
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
COMMENT ON FUNCTION search_images IS 'Images that pass filters, nearest to an image or vector first where one is given, else the newest picture first. As many as k come back where so many pass: by the model''s HNSW index where there is one and many pass, else or if exact by comparing all that pass. taken_to is exclusive; folder is how the uri begins; name is a part of the uri; colour has a tenth of the pixels within 0.1 (OKLab); hide leaves out members of groups of copies or look-alikes of these kinds, their representatives not.';

CREATE FUNCTION code_of(query real[], model text DEFAULT NULL) RETURNS bit varying
LANGUAGE plpgsql STABLE AS $$
DECLARE
    unit vector := l2_normalize($1::vector);
    used text := (searched_model($2)).model_id;
    code bit varying;
BEGIN
    SELECT binary_quantize(array_agg((-(p.plane <#> unit) - p.threshold)::real ORDER BY p.bit_no)::vector)::bit varying
    INTO code FROM vector_code_plane p WHERE p.model_id = used;
    IF code IS NULL THEN
        RAISE EXCEPTION 'the model % has no codes here', used USING ERRCODE = 'undefined_object', HINT = 'imagepipeline codes train makes them.';
    END IF;
    RETURN code;
END
$$;
COMMENT ON FUNCTION code_of IS 'The compact code of a vector: one bit for each plane of vector_code_plane.';

CREATE FUNCTION similar_to_by_code(
    query real[], k int DEFAULT 10, model text DEFAULT NULL, max_distance real DEFAULT NULL, pool int DEFAULT 200,
    exclude uuid[] DEFAULT '{}')
RETURNS TABLE (image_id uuid, distance real)
LANGUAGE plpgsql STABLE
SET jit = off SET hnsw.ef_search = 200 SET hnsw.iterative_scan = relaxed_order AS $$
DECLARE
    used record := searched_model($3);
    code constant bit varying := code_of($1, $3);
    -- A value, so that the planner sees how few are written since.
    covered constant xid8 := (SELECT v.covers FROM vector_code v WHERE v.model_id = used.model_id);
BEGIN
    PERFORM set_config('hnsw.ef_search', least(1000, greatest($5, $2, 40))::text, true);
    RETURN QUERY EXECUTE format(
        'WITH pool AS MATERIALIZED ('
        ' (SELECT c.image_id FROM %1$I c ORDER BY c.code <~> $2::bit(%3$s) LIMIT $3)'
        ' UNION'
        ' SELECT e.image_id FROM %2$I e WHERE e.written_xid >= $6),'
        'near AS MATERIALIZED ('
        ' SELECT p.image_id, (e.embedding <=> $1)::real AS distance'
        ' FROM pool p CROSS JOIN LATERAL (SELECT o.embedding FROM %2$I o WHERE o.image_id = p.image_id OFFSET 0) e)'
        'SELECT n.image_id, n.distance FROM near n'
        ' WHERE ($5 IS NULL OR n.distance <= $5) AND n.image_id <> ALL ($7)'
        '  AND (SELECT i.rejected_reason IS NULL AND EXISTS (SELECT FROM image_source s WHERE s.image_id = n.image_id)'
        '   FROM image i WHERE i.image_id = n.image_id)'
        ' ORDER BY n.distance, n.image_id LIMIT $4',
        'code_' || used.model_id, 'embedding_' || used.model_id, length(code))
        USING $1::halfvec, code, greatest($5, $2 + cardinality($6)), $2, $4, covered, $6;
END
$$;
COMMENT ON FUNCTION similar_to_by_code IS 'As similar_to, in two stages: the pool of images with the nearest codes (Hamming), then by vector. Approximate; vectors written since the codes were made are all in the pool.';

CREATE FUNCTION similar_images_by_code(
    image uuid, k int DEFAULT 10, model text DEFAULT NULL, max_distance real DEFAULT NULL, pool int DEFAULT 200)
RETURNS TABLE (image_id uuid, distance real)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    query real[] := vector_of($1, $3);
BEGIN
    IF query IS NOT NULL THEN
        RETURN QUERY SELECT n.image_id, n.distance FROM similar_to_by_code(query, $2, $3, $4, $5, ARRAY[$1]) n;
    END IF;
END
$$;
COMMENT ON FUNCTION similar_images_by_code IS 'As similar_images, in two stages by compact codes.';

-- Services own nothing and may make nothing but the tables of vectors and codes, by functions that run as the owner.
CREATE FUNCTION make_code_table(wanted text, bits int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    used record := searched_model(coalesce(wanted, ''));
BEGIN
    IF bits IS NULL OR bits NOT BETWEEN 8 AND 1024 THEN
        RAISE EXCEPTION 'a code has 8 to 1024 bits, not %', bits USING ERRCODE = 'invalid_parameter_value';
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS %I', 'coding_' || used.model_id);
    EXECUTE format(
        'CREATE TABLE %I (image_id uuid PRIMARY KEY, code bit(%s) NOT NULL)', 'coding_' || used.model_id, bits);
END
$$;
COMMENT ON FUNCTION make_code_table IS 'Makes the empty table coding_<model_id> for new codes, as the owner; publish_code_table puts it in the place of the last ones.';

CREATE FUNCTION publish_code_table(wanted text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    used text := (searched_model(coalesce(wanted, ''))).model_id;
    name text := 'code_' || used;
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I', name);
    EXECUTE format('ALTER TABLE %I RENAME TO %I', 'coding_' || used, name);
    EXECUTE format('ALTER INDEX %I RENAME TO %I', 'coding_' || used || '_pkey', name || '_pkey');
    EXECUTE format('COMMENT ON TABLE %I IS %L', name, format('Compact codes of the vectors of the model %s; see vector_code.', used));
    EXECUTE format('COMMENT ON COLUMN %I.image_id IS %L', name, 'The image.');
    EXECUTE format('COMMENT ON COLUMN %I.code IS %L', name, 'Its code. Hamming distance: a <~> b.');
END
$$;
COMMENT ON FUNCTION publish_code_table IS 'Puts the codes of coding_<model_id> in the place of code_<model_id>, as the owner.';

CREATE FUNCTION drop_code_table(wanted text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I', 'code_' || (searched_model(coalesce(wanted, ''))).model_id);
END
$$;
COMMENT ON FUNCTION drop_code_table IS 'Drops the codes of a model, as the owner.';

REVOKE ALL ON FUNCTION make_code_table(text, int), publish_code_table(text), drop_code_table(text) FROM PUBLIC;

-- Whoever calls them must not choose what their names mean: tables are those of this schema; temporary ones come last. Not so the two
-- behind the index over bands, which name nothing that is not built in.
DO $$
DECLARE
    function regprocedure;
BEGIN
    FOR function IN
        SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = current_schema()::regnamespace AND p.proname IN (
            'oklab', 'searched_model', 'has_vector_index', 'nearest_vectors', 'similar_to', 'vector_of', 'similar_images',
            'near_duplicates_of', 'copies_of_hash', 'images_by_colour', 'search_images', 'code_of', 'similar_to_by_code',
            'similar_images_by_code', 'make_code_table', 'publish_code_table', 'drop_code_table')
    LOOP
        EXECUTE format(
            'ALTER FUNCTION %s SET search_path = %I, %I, pg_temp', function, current_schema(),
            (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'));
    END LOOP;
END
$$;
