-- Images that stage $1 lacks and that nothing happened to for $5 or longer, by ascending id above $2, at most $3; noted as sent again.
-- $4: the stage before it, which must have done them, or null; what a stage beside it has rejected is due all the same. $6: most attempts of the stage, and most times that one is sent again.
WITH lost AS (
    SELECT i.image_id, s.uri, s.etag, i.width_px, i.height_px
    FROM image i
    LEFT JOIN image_stage t ON t.stage = $1 AND t.image_id = i.image_id
    LEFT JOIN image_stage p ON p.stage = $4 AND p.image_id = i.image_id
    LEFT JOIN image_resend r ON r.stage = $1 AND r.image_id = i.image_id
    CROSS JOIN LATERAL (
        SELECT f.uri, f.etag, row_number() OVER (ORDER BY f.uri) - 1 AS nth, count(*) OVER () AS files
        FROM image_source f WHERE f.image_id = i.image_id) s
    WHERE i.image_id > $2
        AND (t.state IS NULL OR (t.state = 'failed' AND t.attempts < $6))
        AND ($4 IS NULL OR p.state = 'done')
        AND greatest(i.ingested_at, t.finished_at, p.finished_at, r.sent_at) <= now() - $5
        AND (r.times IS NULL OR r.times < $6)
        AND s.nth = coalesce(t.attempts, 0) % s.files
    ORDER BY i.image_id
    LIMIT $3
),
noted AS (
    INSERT INTO image_resend AS r (stage, image_id)
    SELECT $1, l.image_id FROM lost l
    ON CONFLICT (stage, image_id) DO UPDATE SET times = r.times + 1, sent_at = now()
)
SELECT l.image_id, l.uri, l.etag, l.width_px, l.height_px FROM lost l ORDER BY l.image_id
