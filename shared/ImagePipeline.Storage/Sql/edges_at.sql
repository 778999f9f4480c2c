-- The edges at the images $1 of the kinds $2. $3: whether verdicts count (they do among copies).
-- OFFSET 0 keeps them look-ups for each image: without statistics a few hundred images are expected to have all the pairs.
WITH pair AS (
    SELECT DISTINCT n.a, n.b, n.kind, n.evidence, n.transform, n.distance, n.model_id
    FROM unnest($1) AS r (image_id)
    CROSS JOIN LATERAL (
        (SELECT o.a, o.b, o.kind, o.evidence, o.transform, o.distance, o.model_id FROM near_duplicate o
         WHERE o.a = r.image_id OFFSET 0)
        UNION ALL
        (SELECT o.a, o.b, o.kind, o.evidence, o.transform, o.distance, o.model_id FROM near_duplicate o
         WHERE o.b = r.image_id OFFSET 0)) n
    WHERE n.kind = ANY ($2)
),
verdict AS (
    SELECT v.a, v.b, v.verdict FROM duplicate_verdict v WHERE $3 AND v.a = ANY ($1)
    UNION
    SELECT v.a, v.b, v.verdict FROM duplicate_verdict v WHERE $3 AND v.b = ANY ($1)
),
edge AS (
    SELECT p.a, p.b, p.kind, p.evidence, p.transform, p.distance, p.model_id
    FROM pair p
    WHERE NOT EXISTS (SELECT 1 FROM verdict v WHERE v.a = p.a AND v.b = p.b AND v.verdict = 'not_a_copy')
    UNION ALL
    SELECT v.a, v.b, 'edited_copy', 'verdict', NULL, 0::real, NULL
    FROM verdict v
    WHERE v.verdict = 'copy' AND NOT EXISTS (SELECT 1 FROM pair p WHERE p.a = v.a AND p.b = v.b)
)
SELECT e.a, e.b, e.kind, e.evidence, e.transform, e.distance, e.model_id
FROM edge e
JOIN image x ON x.image_id = e.a AND x.rejected_reason IS NULL
JOIN image y ON y.image_id = e.b AND y.rejected_reason IS NULL
ORDER BY e.a, e.b
LIMIT $4
