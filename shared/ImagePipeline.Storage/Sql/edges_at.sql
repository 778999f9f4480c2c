-- The pairs of copies at the images $1, of the kinds $2, as verdicts leave them; one between two of these images comes twice.
-- OFFSET 0 keeps them look-ups for each image: without statistics a few hundred images are expected to have all the pairs.
SELECT n.a, n.b, n.kind, n.evidence, n.transform, n.distance, n.model_id
FROM unnest($1) AS r (image_id)
CROSS JOIN LATERAL (
    (SELECT o.a, o.b, o.kind, o.evidence, o.transform, o.distance, o.model_id FROM near_duplicate o
     WHERE o.a = r.image_id OFFSET 0)
    UNION ALL
    (SELECT o.a, o.b, o.kind, o.evidence, o.transform, o.distance, o.model_id FROM near_duplicate o
     WHERE o.b = r.image_id OFFSET 0)) n
LEFT JOIN duplicate_verdict v ON v.a = n.a AND v.b = n.b
WHERE n.kind = ANY ($2) AND v.verdict IS DISTINCT FROM 'not_a_copy'
UNION ALL
SELECT v.a, v.b, 'edited_copy', 'verdict', NULL, 0::real, NULL
FROM duplicate_verdict v
WHERE v.verdict = 'copy' AND (v.a = ANY ($1) OR v.b = ANY ($1))
    AND NOT EXISTS (SELECT 1 FROM near_duplicate p WHERE p.a = v.a AND p.b = v.b AND p.kind = ANY ($2))
