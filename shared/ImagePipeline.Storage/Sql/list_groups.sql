-- One page of groups with their images and files. $1 kind or null for every group of copies, $2 after, $3 limit,
-- $4 these groups alone, or null.
WITH same_bytes AS (
    SELECT s.image_id
    FROM image_source s
    JOIN image i ON i.image_id = s.image_id
    WHERE s.state = 'ingested' AND i.rejected_reason IS NULL AND ($4 IS NULL OR s.image_id = ANY ($4))
    GROUP BY s.image_id
    HAVING count(*) > 1
),
candidate AS (
    SELECT 'copy' AS family, b.image_id AS group_id
    FROM same_bytes b
    WHERE $1 = 'same_bytes'
        OR ($1 IS NULL AND NOT EXISTS (
            SELECT 1 FROM duplicate_member m WHERE m.family = 'copy' AND m.image_id = b.image_id))
    UNION ALL
    SELECT g.family, g.group_id
    FROM duplicate_group g
    WHERE ($1 IS NULL AND g.family = 'copy')
        OR EXISTS (
            SELECT 1 FROM duplicate_member m
            WHERE m.family = g.family AND m.group_id = g.group_id AND m.kind = $1)
),
page AS (
    SELECT c.family, c.group_id FROM candidate c WHERE c.group_id > $2 AND ($4 IS NULL OR c.group_id = ANY ($4)) ORDER BY c.group_id LIMIT $3
)
SELECT p.family, p.group_id, i.image_id, m.kind, m.evidence, m.transform, coalesce(m.distance, 0),
       i.format, i.width_px, i.height_px, i.bytes, i.taken_at, s.uri, s.modified_at,
       -- A look-up for each row: without statistics a join would read all the pairs.
       CASE WHEN m.kind = 'edited_copy' AND m.evidence = 'embedding' THEN (
           SELECT copy_probability(n.model_id, n.distance) FROM near_duplicate n
           WHERE n.a = least(m.image_id, m.group_id) AND n.b = greatest(m.image_id, m.group_id))
       END
FROM page p
-- A group of equal files only has no members: it is the image itself.
LEFT JOIN duplicate_member m
    ON m.family = p.family AND m.group_id = p.group_id AND $1 IS DISTINCT FROM 'same_bytes'
JOIN image i ON i.image_id = coalesce(m.image_id, p.group_id) AND i.rejected_reason IS NULL
JOIN image_source s ON s.image_id = i.image_id
ORDER BY p.group_id, m.kind IS NOT NULL,
         array_position(ARRAY['same_pixels', 'edited_copy', 'similar'], m.kind), m.distance, i.image_id, s.uri
